using System.Text;
using UserSync.Receiving;
using UserSync.Sources;

namespace UserSync.Tests.Support;

/// <summary>A folder of source files that is gone after the test.</summary>
internal sealed class Folder : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("usersync-");

    internal string Path => directory.FullName;

    internal string Name => directory.Name;

    internal Folder With(string file, string content) => With(file, Encoding.UTF8.GetBytes(content));

    internal Folder With(string file, byte[] content)
    {
        File.WriteAllBytes(System.IO.Path.Combine(Path, file), content);
        return this;
    }

    internal SourceCatalog Load() => SourceCatalog.Load(Path, Jwks.Unused, new ReceivingOptions());

    public void Dispose() => directory.Delete(recursive: true);
}
