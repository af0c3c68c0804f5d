using System.Collections.Frozen;
using UserSync.Configuration;
using UserSync.Receiving;
using UserSync.Receiving.Verification;

namespace UserSync.Sources;

/// <summary>The configured sources, and everything that was found while reading them.</summary>
public sealed class SourceCatalog
{
    private readonly FrozenDictionary<string, Source> sources;

    private SourceCatalog(string folder, IEnumerable<Source> sources, Findings findings)
    {
        Folder = folder;
        Findings = findings;
        this.sources = sources.ToFrozenDictionary(source => source.Name, StringComparer.Ordinal);
    }

    /// <summary>The folder that the sources were read from.</summary>
    public string Folder { get; }

    /// <summary>Everything that is wrong or questionable in the folder's files.</summary>
    public Findings Findings { get; }

    /// <summary>The sources that can run, by name.</summary>
    public IEnumerable<Source> All => sources.Values.OrderBy(source => source.Name, StringComparer.Ordinal);

    /// <summary>Reads a folder of source files. A file with an error yields no source.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="jwks">Reads the public keys of senders.</param>
    /// <param name="options">The bounds of what is taken from a sender.</param>
    public static SourceCatalog Load(string folder, JwksClient jwks, ReceivingOptions options)
    {
        var reader = new SourceReader(jwks, options);
        var findings = new Findings();
        var sources = new List<Source>();
        foreach (var (name, file, json) in SourceFiles.Read(folder, findings))
        {
            var found = new Findings();
            var source = reader.Read(name, file, json, found);
            findings.AddRange(found);
            if (source is not null && !found.HasErrors)
            {
                sources.Add(source);
            }
        }

        return new SourceCatalog(folder, sources, findings);
    }

    /// <summary>A source by its name; <see langword="null"/> where there is none that can run.</summary>
    /// <param name="name">The name.</param>
    public Source? Find(string name) => sources.GetValueOrDefault(name);
}
