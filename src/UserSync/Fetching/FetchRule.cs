using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json.Nodes;
using UserSync.Configuration;
using UserSync.Expressions;
using UserSync.Mapping;
using UserSync.Receiving.Events;

namespace UserSync.Fetching;

/// <summary>
/// How the record behind an event is fetched, for senders whose events carry only an id, and what is made of the answer. Compiled
/// once, safe for concurrent use.
/// </summary>
public sealed class FetchRule
{
    private static readonly string[] Settings =
        ["base", "path", "query", "headers", "body", "auth", "time", "deleted", "gone", "allowPrivateAddresses"];

    private readonly RecordAddress address;
    private readonly Expression? time;
    private readonly Expression? deleted;

    private FetchRule(RecordAddress address, FetchAuthentication authentication, GoneRule gone, Expression? time, Expression? deleted)
    {
        this.address = address;
        this.time = time;
        this.deleted = deleted;
        Authentication = authentication;
        Gone = gone;
    }

    /// <summary>The names of the secrets that the source system recognizes us by.</summary>
    public IEnumerable<string> Secrets => Authentication.Secret is { } secret ? [secret] : [];

    /// <summary>The headers that the address reads.</summary>
    internal IEnumerable<string> Headers =>
        ((IEnumerable<Expression?>)[.. address.Expressions, time, deleted]).Select(expression => expression?.Header).OfType<string>();

    /// <summary>How the source system recognizes us.</summary>
    internal FetchAuthentication Authentication { get; }

    /// <summary>What becomes of an event whose record is gone.</summary>
    internal GoneRule Gone { get; }

    /// <summary>Headers that are the same in every request.</summary>
    internal IReadOnlyList<(string Name, string Value)> RequestHeaders { get; private init; } = [];

    /// <summary>The body of the request, which is a POST then, for source systems that want it so; <see langword="null"/> for none.</summary>
    internal byte[]? RequestBody { get; private init; }

    /// <summary>Whether the source system may be in a private network.</summary>
    internal bool AllowsPrivateAddresses { get; private init; }

    /// <summary>Makes the address of the record behind an event.</summary>
    /// <param name="change">The event.</param>
    /// <param name="record">The address; it may hold personal data.</param>
    /// <param name="problem">Why there is none; it quotes nothing of the event.</param>
    public bool TryLocate(ChangeEvent change, [NotNullWhen(true)] out Uri? record, [NotNullWhen(false)] out MappingProblem? problem)
    {
        ArgumentNullException.ThrowIfNull(change);
        return address.TryMake((change with { Record = new FetchedRecord(default, default) }).MappingInput, out record, out problem);
    }

    /// <summary>
    /// Completes an event with its record. The state that it then describes is as old as the later of two times: that of the event, and
    /// that at which the record was changed last, if it says so (<c>time</c>), or else at which it was asked for. So whatever is
    /// fetched later never yields to what was fetched before.
    /// </summary>
    /// <param name="change">The event.</param>
    /// <param name="record">The record.</param>
    public ChangeEvent Complete(ChangeEvent change, FetchedRecord record)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentNullException.ThrowIfNull(record);
        var complete = change with { Record = record };
        var input = complete.MappingInput;
        var stands = TimeOf(input) ?? record.AsOf;
        return complete with
        {
            OccurredAt = stands > change.OccurredAt ? stands : change.OccurredAt,
            Record = record with { IsGone = record.IsGone || (deleted is not null && deleted.Evaluate(input).IsTruthy()) },
        };
    }

    /// <summary>Reads the setting <c>fetch</c>, or reports what is wrong with it.</summary>
    internal static FetchRule? Read(Setting settings)
    {
        if (!settings.IsPresent || !settings.ExpectObject(Settings))
        {
            return null;
        }

        var allowsPrivate = settings.Member("allowPrivateAddresses").Flag() ?? false;
        var address = RecordAddress.Read(settings, allowsPrivate);
        var authentication = FetchAuthentication.Read(settings.Member("auth"), allowsPrivate);
        var headers = Fetching.RequestHeaders.Read(settings.Member("headers"));
        var body = ReadBody(settings.Member("body"));
        var time = EventAndRecord.Read(
            settings.Member("time"), "Write an expression for the time of the record's last change, for example \"record.lastUpdated\"");
        var deleted = EventAndRecord.Read(
            settings.Member("deleted"), "Write an expression that is true for a record that is only kept, for example \"record.isDeleted\"");
        var gone = GoneRule.Read(settings.Member("gone"));
        return address is null || authentication is null ? null : new FetchRule(address, authentication, gone, time, deleted)
        {
            RequestHeaders = headers,
            RequestBody = body,
            AllowsPrivateAddresses = allowsPrivate,
        };
    }

    /// <summary>Puts values where the address would read them, for samples.</summary>
    internal void Place(JsonObject data) => address.Place(data);

    private static byte[]? ReadBody(Setting setting)
    {
        if (!setting.IsPresent)
        {
            return null;
        }

        if (!setting.IsObject)
        {
            setting.Error(
                "it is not an object", "Write the JSON object that the source system is to be asked with; nothing of an event can stand in it");
            return null;
        }

        return Encoding.UTF8.GetBytes(setting.Value.GetRawText());
    }

    private DateTimeOffset? TimeOf(ExpressionInput input)
    {
        try
        {
            return time is null ? null : EventTime.Read(time.Evaluate(input));
        }
        catch (ExpressionException)
        {
            // What cannot be read is not there.
            return null;
        }
    }
}
