using System.Collections.Frozen;
using System.Text;
using UserSync.Configuration;
using UserSync.Directories;
using UserSync.Receiving;
using UserSync.Receiving.Verification;

namespace UserSync.Sources;

/// <summary>The configured sources, and everything that was found while reading them.</summary>
public sealed class SourceCatalog
{
    private readonly SourceReader reader;

    private volatile Content content;

    private SourceCatalog(string folder, SourceReader reader)
    {
        this.reader = reader;
        Folder = folder;
        content = Read();
    }

    /// <summary>The folder that the sources were read from.</summary>
    public string Folder { get; }

    /// <summary>Everything that is wrong or questionable in the folder's files.</summary>
    public Findings Findings => content.Findings;

    /// <summary>The sources that can run, by name.</summary>
    public IEnumerable<Source> All => content.Sources.Values.OrderBy(source => source.Name, StringComparer.Ordinal);

    /// <summary>The names of the sources that cannot run for what is wrong in their files.</summary>
    public IEnumerable<string> Broken => content.Broken.Order(StringComparer.Ordinal);

    /// <summary>Reads a folder of source files. A file with an error yields no source.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="jwks">Reads the public keys of senders.</param>
    /// <param name="options">The bounds of what is taken from a sender.</param>
    public static SourceCatalog Load(string folder, JwksClient jwks, ReceivingOptions options) => new(folder, new SourceReader(jwks, options));

    /// <summary>A source by its name; <see langword="null"/> where there is none that can run.</summary>
    /// <param name="name">The name.</param>
    public Source? Find(string name) => content.Sources.GetValueOrDefault(name);

    /// <summary>Whether there is a source of this name that cannot run for what is wrong in its file.</summary>
    /// <param name="name">The name.</param>
    public bool IsBroken(string name) => content.Broken.Contains(name);

    /// <summary>Makes a source out of a text, without using it.</summary>
    /// <param name="name">The source's name.</param>
    /// <param name="json">Its settings, as its file would hold them.</param>
    public SourceDraft Compile(string name, string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        var findings = new Findings();
        var file = SourceFiles.Shown(Folder, $"{name}.json");
        var source = SourceFiles.Parse(Encoding.UTF8.GetBytes(json), file, findings) is { } settings ? reader.Read(name, file, settings, findings) : null;
        return new SourceDraft(WithLinks(source, [], findings), findings);
    }

    /// <summary>The text of a source's file.</summary>
    /// <param name="source">The source.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="IOException">It cannot be read any more.</exception>
    public Task<string> ReadFileAsync(Source source, CancellationToken cancellationToken) => File.ReadAllTextAsync(FileOf(source), cancellationToken);

    /// <summary>Writes the text of a source's file and uses it from now on. Nobody ever sees half of a file.</summary>
    /// <param name="source">The source.</param>
    /// <param name="json">The text, without an error in it.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public async Task SaveAsync(Source source, string json, CancellationToken cancellationToken)
    {
        var file = FileOf(source);
        var draft = $"{file}.new";
        await File.WriteAllTextAsync(draft, json, cancellationToken);
        File.Move(draft, file, overwrite: true);
        content = Read();
    }

    private string FileOf(Source source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Path.Combine(Folder, $"{source.Name}.json");
    }

    private Content Read()
    {
        var findings = new Findings();
        var sources = new List<Source>();
        var broken = new List<string>();
        var tables = new Dictionary<string, LinkTable?>(StringComparer.Ordinal);
        foreach (var (name, file, json) in SourceFiles.Read(Folder, findings))
        {
            var found = new Findings();
            var source = json is { } settings ? reader.Read(name, file, settings, found) : null;
            source = WithLinks(source, tables, findings);
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

        return new Content(sources.ToFrozenDictionary(source => source.Name, StringComparer.Ordinal), broken.ToFrozenSet(StringComparer.Ordinal), findings);
    }

    /// <summary>Gives a source its table of links; <see langword="null"/> where that cannot be read.</summary>
    private Source? WithLinks(Source? source, Dictionary<string, LinkTable?> tables, Findings findings)
    {
        if (source?.Mapping.Find is not { LinksName: { } links } find || !FileName.IsValid(links))
        {
            return source;
        }

        // A table that several sources name is read, and its mistakes are told, once.
        if (!tables.TryGetValue(links, out var table))
        {
            tables.Add(links, table = LinkTable.Load(Folder, links, findings));
        }

        find.Links = table;
        return table is null ? null : source;
    }

    private sealed record Content(FrozenDictionary<string, Source> Sources, FrozenSet<string> Broken, Findings Findings);
}
