namespace Infra.Tests.Support;

/// <summary>The repository that the tests are part of.</summary>
internal static class Repository
{
    /// <summary>Its root.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The path of a file or folder of it.</summary>
    /// <param name="relative">The path from the root, with slashes.</param>
    public static string PathOf(string relative) => Path.GetFullPath(relative, Root);

    /// <summary>The text of a file of it.</summary>
    /// <param name="relative">The path from the root, with slashes.</param>
    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Functions.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Functions.sln.");
    }
}
