using System.Globalization;
using System.IO.Compression;
using Azure.Data.Tables;

namespace UserSync.Azure.Storage;

/// <summary>
/// Keeps content of any size in a row. A binary property holds 64 KiB and a row 1 MiB, so content up to 64 KiB stands in one property as
/// it is; larger content is compressed and split over several; what is still too large goes to a blob, and the row says which.
/// <para>
/// How it is kept stands in the property <c>&lt;name&gt;Form</c>: <c>plain</c>, <c>packed:&lt;parts&gt;:&lt;bytes&gt;</c>, or
/// <c>blob:&lt;bytes&gt;:&lt;name of the blob&gt;</c>, with the number of bytes before compression. A row that is written anew may keep
/// parts of what it held before; the form says how many count.
/// </para>
/// </summary>
/// <param name="name">What the properties' names begin with.</param>
/// <param name="mostParts">Over how many properties it may be split.</param>
/// <param name="kind">What a blob would be a part of.</param>
internal sealed class EntityContent(string name, int mostParts, string kind)
{
    /// <summary>What one property holds.</summary>
    internal const int PartSize = 64 * 1024;

    /// <summary>
    /// How many such properties a row may have: 704 KiB. The rest up to 1 MiB is for its other properties, and for base64: the emulator
    /// measures the request.
    /// </summary>
    internal const int MostPartsOfRow = 11;

    private const string Plain = "plain";
    private const string Packed = "packed";
    private const string Blob = "blob";
    private const int Quality = 4;
    private const int Window = 22;
    private const int MostBytes = 512 * 1024 * 1024;

    private readonly string form = name + "Form";
    private readonly string[] parts = [.. Enumerable.Range(0, mostParts).Select(part => $"{name}{part}")];

    /// <summary>The names of the properties.</summary>
    internal IEnumerable<string> Columns => parts.Prepend(form);

    /// <summary>The name of the property that says how the content is kept.</summary>
    internal string FormColumn => form;

    /// <summary>Puts content into a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="content">The content.</param>
    /// <param name="digest">The digest of whose row it is.</param>
    /// <param name="blobs">Where it goes if it is too large.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal async ValueTask PutAsync(
        TableEntity row, ReadOnlyMemory<byte> content, string digest, ContentBlobs blobs, CancellationToken cancellationToken)
    {
        if (content.Length <= PartSize)
        {
            row[form] = Plain;
            row[parts[0]] = content.ToArray();
            return;
        }

        var packed = Pack(content.Span);
        if (packed.Length <= mostParts * PartSize)
        {
            var count = 0;
            for (var rest = packed; rest.Length > 0; rest = rest[Math.Min(PartSize, rest.Length)..])
            {
                row[parts[count++]] = rest[..Math.Min(PartSize, rest.Length)].ToArray();
            }

            row[form] = string.Create(CultureInfo.InvariantCulture, $"{Packed}:{count}:{content.Length}");
            return;
        }

        var blob = await blobs.AddAsync(kind, digest, packed, cancellationToken);
        row[form] = string.Create(CultureInfo.InvariantCulture, $"{Blob}:{content.Length}:{blob}");
    }

    /// <summary>Takes content out of a row; <see langword="null"/> where the row has none, or its blob is gone.</summary>
    /// <param name="row">The row.</param>
    /// <param name="blobs">Where it is if it was too large.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal async ValueTask<ReadOnlyMemory<byte>?> GetAsync(TableEntity row, ContentBlobs blobs, CancellationToken cancellationToken)
    {
        switch (FormOf(row))
        {
            case [Plain]:
                return row.GetBinary(parts[0]) ?? throw Damaged();
            case [Packed, var count, var length]:
                return Unpack(Join(row, Number(count, mostParts)), Number(length, MostBytes));
            case [Blob, var length, var blob]:
                return await blobs.FindAsync(blob, cancellationToken) is { } packed
                    ? Unpack(packed.Span, Number(length, MostBytes))
                    : default(ReadOnlyMemory<byte>?);
            case []:
                return null;
            default:
                throw Damaged();
        }
    }

    /// <summary>The name of the blob that the row's content is in; <see langword="null"/> where it is in the row.</summary>
    /// <param name="row">The row.</param>
    internal string? BlobOf(TableEntity row) => FormOf(row) is [Blob, _, var blob] ? blob : null;

    private static ReadOnlyMemory<byte> Pack(ReadOnlySpan<byte> content)
    {
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(content.Length)];
        return BrotliEncoder.TryCompress(content, packed, out var written, Quality, Window)
            ? packed.AsMemory(0, written)
            : throw new InvalidDataException("The content cannot be compressed.");
    }

    private static ReadOnlyMemory<byte> Unpack(ReadOnlySpan<byte> packed, int length)
    {
        var content = new byte[length];
        return BrotliDecoder.TryDecompress(packed, content, out var written) && written == length
            ? content
            : throw Damaged();
    }

    private static int Number(string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most ? number : throw Damaged();

    private static InvalidDataException Damaged() => new("The row's content is damaged.");

    private string[] FormOf(TableEntity row) => row.GetString(form) is { Length: > 0 } text ? text.Split(':') : [];

    private byte[] Join(TableEntity row, int count)
    {
        var packed = new List<byte>(count * PartSize);
        foreach (var part in parts.Take(count))
        {
            packed.AddRange(row.GetBinary(part) ?? throw Damaged());
        }

        return [.. packed];
    }
}
