using System.Buffers;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using UserSync.Ledger;
using UserSync.Mapping;
using UserSync.Receiving;
using UserSync.Receiving.Events;
using UserSync.Sources;

namespace Benchmarks.Micro;

/// <summary>From the body of a delivery to the body of an update.</summary>
[MemoryDiagnoser]
public class Transformation : IDisposable
{
    private readonly MicroWorld world = new();
    private readonly Source plain;
    private readonly Source expressions;
    private readonly ChangeEvent change;
    private readonly ChangeEvent changeOfExpressions;
    private readonly MappedUser user;
    private readonly LedgerEntry entry;
    private readonly UserLedger ledger;
    private readonly Dictionary<string, (DateTimeOffset At, string Id, string Value)> registers = new(StringComparer.Ordinal);

    /// <summary>Makes an event, and a ledger that has older values.</summary>
    public Transformation()
    {
        plain = world.Source("hmac");
        expressions = world.Source("expressions");

        // What is read outlives its delivery here.
        change = Extract(plain, Delivery(plain));
        changeOfExpressions = Extract(expressions, Delivery(expressions));
        user = plain.Mapping.Map(change);
        entry = LedgerEntry.Of(change, user.Patch);
        ledger = UserLedger.Empty.Merge(LedgerEntry.Of(change with { Id = "event-0", OccurredAt = change.OccurredAt.AddDays(-1) }, user.Patch));
        foreach (var field in user.Patch.Fields)
        {
            registers[field.Name.ToString()] = (change.OccurredAt.AddDays(-1), "event-0", field.Value.GetRawText());
        }
    }

    /// <summary>Ours.</summary>
    [Benchmark]
    public string Extraction()
    {
        using var delivery = Delivery(plain);
        return Extract(plain, delivery).Id;
    }

    /// <summary>By hand.</summary>
    [Benchmark]
    public string ExtractionByHand()
    {
        using var document = JsonDocument.Parse(MicroWorld.Bytes);
        var root = document.RootElement;
        return new ChangeEvent
        {
            Source = "hmac",
            Id = root.GetProperty("id"u8).GetString()!,
            Type = root.GetProperty("type"u8).GetString(),
            OccurredAt = root.GetProperty("time"u8).GetDateTimeOffset(),
            ReceivedAt = DateTimeOffset.UnixEpoch,
            Data = root,
        }.Id;
    }

    /// <summary>Ours.</summary>
    [Benchmark]
    public MappedUser MappingOfPlainPaths() => plain.Mapping.Map(change);

    /// <summary>By hand.</summary>
    [Benchmark]
    public MappedUser MappingOfPlainPathsByHand()
    {
        var data = change.Data.GetProperty("data"u8);
        return new MappedUser(
            data.GetProperty("user"u8).GetString()!,
            new UserPatch(
            [
                new PatchField(new FieldName("email"), data.GetProperty("email"u8), "data.email"),
                new PatchField(new FieldName("first_name"), data.GetProperty("first"u8), "data.first"),
                new PatchField(new FieldName("last_name"), data.GetProperty("last"u8), "data.last"),
                new PatchField(new FieldName("custom_fields", "team"), data.GetProperty("teams"u8)[0].GetProperty("name"u8), "data.teams[0].name"),
            ]),
            []);
    }

    /// <summary>Ours.</summary>
    [Benchmark]
    public MappedUser MappingOfExpressions() => expressions.Mapping.Map(changeOfExpressions);

    /// <summary>By hand.</summary>
    [Benchmark]
    public MappedUser MappingOfExpressionsByHand()
    {
        var data = changeOfExpressions.Data.GetProperty("data"u8);
        var name = $"{data.GetProperty("first"u8).GetString()} {data.GetProperty("last"u8).GetString()}";
        var teams = string.Join(", ", data.GetProperty("teams"u8).EnumerateArray().Select(team => team.GetProperty("name"u8).GetString()));
        return new MappedUser(
            data.GetProperty("user"u8).GetString()!,
            new UserPatch(
            [
                new PatchField(new FieldName("email"), data.GetProperty("email"u8), "data.email"),
                new PatchField(new FieldName("name"), JsonSerializer.SerializeToElement(name), string.Empty),
                new PatchField(new FieldName("is_active"), JsonElement.Parse(data.GetProperty("state"u8).ValueEquals("active"u8) ? "true"u8 : "false"u8), string.Empty),
                new PatchField(new FieldName("custom_fields", "teams"), JsonSerializer.SerializeToElement(teams), string.Empty),
            ]),
            []);
    }

    /// <summary>Ours.</summary>
    [Benchmark]
    public int Writing()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer);
        user.Patch.WriteTo(writer);
        writer.Flush();
        return buffer.WrittenCount;
    }

    /// <summary>By hand.</summary>
    [Benchmark]
    public int WritingByHand()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer);
        var data = change.Data.GetProperty("data"u8);
        writer.WriteStartObject();
        writer.WritePropertyName("email"u8);
        data.GetProperty("email"u8).WriteTo(writer);
        writer.WritePropertyName("first_name"u8);
        data.GetProperty("first"u8).WriteTo(writer);
        writer.WritePropertyName("last_name"u8);
        data.GetProperty("last"u8).WriteTo(writer);
        writer.WriteStartObject("custom_fields"u8);
        writer.WritePropertyName("team"u8);
        data.GetProperty("teams"u8)[0].GetProperty("name"u8).WriteTo(writer);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenCount;
    }

    /// <summary>Ours.</summary>
    [Benchmark]
    public UserLedger Merging() => ledger.Merge(entry);

    /// <summary>By hand: a copy of a dictionary, so that what was there before stays.</summary>
    [Benchmark]
    public int MergingByHand()
    {
        var merged = new Dictionary<string, (DateTimeOffset At, string Id, string Value)>(registers, StringComparer.Ordinal);
        foreach (var field in user.Patch.Fields)
        {
            var name = field.Name.ToString();
            if (!merged.TryGetValue(name, out var known) || (known.At, known.Id).CompareTo((change.OccurredAt, change.Id)) < 0)
            {
                merged[name] = (change.OccurredAt, change.Id, field.Value.GetRawText());
            }
        }

        return merged.Count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        world.Dispose();
        GC.SuppressFinalize(this);
    }

    private static Delivery Delivery(Source source) => MicroWorld.Delivery(source, "X-Signature", string.Empty);

    private static ChangeEvent Extract(Source source, Delivery delivery) => source.Events.Read(delivery, []).Events[0];
}
