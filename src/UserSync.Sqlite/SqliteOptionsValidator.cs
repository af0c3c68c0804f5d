using Microsoft.Extensions.Options;

namespace UserSync.Sqlite;

/// <summary>Checks the options at start.</summary>
internal sealed class SqliteOptionsValidator : IValidateOptions<SqliteOptions>
{
    private const string Setting = $"{SqliteOptions.SectionName}:{nameof(SqliteOptions.Path)}";

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SqliteOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Path))
        {
            return ValidateOptionsResult.Fail($"{Setting} is empty; name the database's file, for example \"truto-user-sync.db\".");
        }

        if (options.Path.AsSpan().ContainsAny(Path.GetInvalidPathChars()))
        {
            return ValidateOptionsResult.Fail($"{Setting} has a character that no path can have.");
        }

        if (options.Path.StartsWith(':') || options.Path.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            return ValidateOptionsResult.Fail(
                $"{Setting} has to be a file's path; \"{options.Path}\" is a name that SQLite takes for something else.");
        }

        return Path.EndsInDirectorySeparator(options.Path) || Directory.Exists(options.Path)
            ? ValidateOptionsResult.Fail($"{Setting} has to be a file; \"{options.Path}\" is a folder.")
            : ValidateOptionsResult.Success;
    }
}
