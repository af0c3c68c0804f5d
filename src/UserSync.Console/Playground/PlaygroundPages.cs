using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using UserSync.Outcomes;
using UserSync.Sources;

namespace UserSync.Console.Playground;

/// <summary>Where a mapping is tried while it is written.</summary>
/// <param name="catalog">The configured sources.</param>
/// <param name="outcomes">Events that were received.</param>
/// <param name="options">Whether settings may be saved.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
public sealed partial class PlaygroundPages(
    SourceCatalog catalog, IOutcomeStore outcomes, IOptions<ConsoleOptions> options, TimeProvider time, ILogger<PlaygroundPages> logger)
{
    private const int Offered = 20;
    private const int LongestName = 60;

    // Stands where a secret does, in a sample whose headers nobody looks at.
    private const string NoSecret = "playground";

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal async Task<IResult> ShowAsync(ConsoleRequest request, CancellationToken cancellationToken) =>
        Show(request, await LoadAsync(request.Query("source"), cancellationToken));

    internal async Task<IResult> ActAsync(ConsoleRequest request, CancellationToken cancellationToken)
    {
        var wanted = request.Field("source");
        if (request.Field("do") == "load" || catalog.Find(wanted ?? string.Empty) is not { } source)
        {
            return Show(request, await LoadAsync(wanted, cancellationToken));
        }

        var model = await EmptyAsync(source, cancellationToken) with
        {
            Settings = request.Field("settings") ?? string.Empty,
            Body = request.Field("body") ?? string.Empty,
            Headers = request.Field("headers") ?? string.Empty,
            Record = request.Field("record") ?? string.Empty,
            IsEvent = request.Field("kind") == "event",
        };
        model = request.Field("do") switch
        {
            "pick" => await PickAsync(model, source, request.Field("event"), cancellationToken),
            "save" => await SaveAsync(model, source, cancellationToken),
            "test" => await SaveTestAsync(model, source, request.Field("description"), cancellationToken),
            _ => model,
        };
        return Show(request, model);
    }

    private Trial TrialOf(PlaygroundModel model) => new(model.Body, model.Headers, model.Record, model.IsEvent, time.GetUtcNow());

    private static string Pretty(JsonElement element) => JsonSerializer.Serialize(element, Readable);

    private IResult Show(ConsoleRequest request, PlaygroundModel model) => Pages.Show<PlaygroundPage>(request.Frame, model with
    {
        Result = model.Source is null
            ? null
            : TrialOf(model).Run(catalog.Compile(model.Source, model.Settings)),
    });

    private async Task<PlaygroundModel> LoadAsync(string? name, CancellationToken cancellationToken)
    {
        var source = catalog.Find(name ?? string.Empty) ?? catalog.All.FirstOrDefault();
        if (source is null)
        {
            return new PlaygroundModel { Sources = [] };
        }

        var model = await EmptyAsync(source, cancellationToken);
        try
        {
            model = model with { Settings = await catalog.ReadFileAsync(source, cancellationToken) };
        }
        catch (IOException)
        {
            return model with { Problem = "The source's file cannot be read any more." };
        }

        return SampleDelivery.Make(source, string.Empty, NoSecret, "42", time.GetUtcNow()) is { } sample
            ? model with { Body = Pretty(JsonElement.Parse(sample.Body.Span)) }
            : model;
    }

    private async Task<PlaygroundModel> EmptyAsync(Source source, CancellationToken cancellationToken) => new()
    {
        Sources = [.. catalog.All.Select(known => known.Name)],
        Source = source.Name,
        Latest = (await outcomes.ListAsync(new OutcomeFilter(source.Name), null, Offered, cancellationToken)).Outcomes,
        CanSave = options.Value.SaveSources,
        Fetches = source.Fetch is not null,
    };

    private async Task<PlaygroundModel> PickAsync(PlaygroundModel model, Source source, string? id, CancellationToken cancellationToken)
    {
        if (id is null || await outcomes.FindAsync(source.Name, id, cancellationToken) is not { Event: { } data } outcome)
        {
            return model with { Problem = "The event's content is not kept." };
        }

        Log.Picked(logger, outcome.Source, outcome.EventId);
        var headers = new StringBuilder();
        foreach (var (name, value) in outcome.Headers ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            headers.Append(name).Append(": ").Append(Presentation.HeaderView.Of(name, value, isRevealed: true)).Append('\n');
        }

        return model with
        {
            Body = Pretty(data),
            Headers = headers.ToString(),
            IsEvent = true,
            Notice = "The stored event is shown. That has been logged.",
        };
    }

    private async Task<PlaygroundModel> SaveAsync(PlaygroundModel model, Source source, CancellationToken cancellationToken)
    {
        if (!options.Value.SaveSources)
        {
            return model with { Problem = "This server saves no settings: copy them into the source's file." };
        }

        if (catalog.Compile(source.Name, model.Settings).Findings.HasErrors)
        {
            return model with { Problem = "It was not saved: there are errors." };
        }

        try
        {
            await catalog.SaveAsync(source, model.Settings.ReplaceLineEndings("\n").TrimEnd() + "\n", cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.NotSaved(logger, source.Name, exception);
            return model with { Problem = "The source's file cannot be written." };
        }

        Log.Saved(logger, source.Name);
        return model with { Notice = "Saved, and in use from now on." };
    }

    private async Task<PlaygroundModel> SaveTestAsync(
        PlaygroundModel model, Source source, string? description, CancellationToken cancellationToken)
    {
        if (!options.Value.SaveSources)
        {
            return model with { Problem = "This server saves no tests." };
        }

        if (description is null || NameOf(description) is not { Length: > 0 } name)
        {
            return model with { Problem = "Say what the test is about, in a few words." };
        }

        var draft = catalog.Compile(source.Name, model.Settings);
        if (draft.Findings.HasErrors || draft.Source is null || TrialOf(model).ToTest(draft.Source, description) is not { } test)
        {
            return model with { Problem = "It was not saved: there are errors." };
        }

        var file = $"{source.Name}.tests/{name}.json";
        try
        {
            var path = Path.Combine(catalog.Folder, $"{source.Name}.tests", $"{name}.json");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using var stream = new FileStream(path, FileMode.CreateNew);
            await stream.WriteAsync(test, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.NotSaved(logger, source.Name, exception);
            return model with { Problem = $"{file} is there already, or cannot be written." };
        }

        Log.TestSaved(logger, source.Name, name);
        return model with { Notice = $"Saved as {file}. The command test runs it. It holds what you pasted: replace personal data." };
    }

    /// <summary>A file's name: what is left of a description when everything is gone that no file should be called.</summary>
    private static string NameOf(string description)
    {
        var words = string.Concat(description.Select(letter => char.IsAsciiLetterOrDigit(letter) ? char.ToLowerInvariant(letter) : ' '))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var name = string.Join('-', words);
        return name.Length <= LongestName ? name : name[..LongestName].TrimEnd('-');
    }

    private static partial class Log
    {
        [LoggerMessage(518, LogLevel.Warning, "The operator added the mapping test {Test} to source {Source}.")]
        public static partial void TestSaved(ILogger logger, string source, string test);

        [LoggerMessage(515, LogLevel.Warning, "The operator looked at the personal data of event {Source}/{EventId} in the playground.")]
        public static partial void Picked(ILogger logger, string source, string eventId);

        [LoggerMessage(516, LogLevel.Warning, "The operator changed the settings of source {Source}.")]
        public static partial void Saved(ILogger logger, string source);

        [LoggerMessage(517, LogLevel.Error, "The settings of source {Source} cannot be saved.")]
        public static partial void NotSaved(ILogger logger, string source, Exception exception);
    }
}
