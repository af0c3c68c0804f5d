using System.Collections.Frozen;
using UserSync.Configuration;
using UserSync.Receiving;
using UserSync.Receiving.Verification;

namespace UserSync.Sources;

/// <summary>The configured sources, and everything that was found while reading them.</summary>
public sealed class SourceCatalog
{
    private readonly FrozenDictionary<string, Source> sources;

    private readonly FrozenSet<string> broken;

    private SourceCatalog(string folder, IEnumerable<Source> sources, IEnumerable<string> broken, Findings findings)
    {
        this.broken = broken.ToFrozenSet(StringComparer.Ordinal);
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

    /// <summary>The names of the sources that cannot run for what is wrong in their files.</summary>
    public IEnumerable<string> Broken => broken.Order(StringComparer.Ordinal);

    /// <summary>Reads a folder of source files. A file with an error yields no source.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="jwks">Reads the public keys of senders.</param>
    /// <param name="options">The bounds of what is taken from a sender.</param>
    public static SourceCatalog Load(string folder, JwksClient jwks, ReceivingOptions options)
    {
        var reader = new SourceReader(jwks, options);
        var findings = new Findings();
        var sources = new List<Source>();
        var broken = new List<string>();
        foreach (var (name, file, json) in SourceFiles.Read(folder, findings))
        {
            var found = new Findings();
            var source = json is { } settings ? reader.Read(name, file, settings, found) : null;
            findings.AddRange(found);
            if (source is not null && !found.HasErrors)
            {
                sources.Add(source);
            }
            else
            {
                broken.Add(name);
            }
        }

        return new SourceCatalog(folder, sources, broken, findings);
    }

    /// <summary>A source by its name; <see langword="null"/> where there is none that can run.</summary>
    /// <param name="name">The name.</param>
    public Source? Find(string name) => sources.GetValueOrDefault(name);

    /// <summary>Whether there is a source of this name that cannot run for what is wrong in its file.</summary>
    /// <param name="name">The name.</param>
    public bool IsBroken(string name) => broken.Contains(name);
}
