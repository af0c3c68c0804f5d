using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Truto.Sandbox.Providers;
using Truto.Sandbox.State;

namespace Truto.Sandbox.Unified;

/// <summary>The query parameters of a unified call. Those that Truto does not document are ignored.</summary>
internal sealed class UnifiedQuery
{
    // qs reads no more.
    private const int MaxParameters = 1_000;
    private const string RemoteQueryName = "remote_query";

    private readonly TimeBounds created = new();
    private readonly TimeBounds updated = new();
    private QueryTree? remoteQuery;

    public UnifiedQuery(string query)
    {
        var count = 0;
        foreach (var parameter in new QueryStringEnumerable(query))
        {
            if (++count > MaxParameters)
            {
                Problem = "Too many query parameters: at most 1000 are allowed";
                return;
            }

            Read(parameter.DecodeName().Span, parameter.DecodeValue().ToString());
        }
    }

    public string? Account { get; private set; }

    public ResponseFormat Format { get; private set; }

    /// <summary>Whether Truto's fields are asked for, and not the provider's own answer.</summary>
    public bool AsksForMappedFields => Format is ResponseFormat.Unified or ResponseFormat.Normalized;

    public bool IgnoreRemoteData { get; private set; }

    public UserFields Excluded { get; private set; }

    public int? Limit { get; private set; }

    /// <summary>The number of the last slot of the page before.</summary>
    public long After { get; private set; }

    public JsonElement? RemoteQuery => remoteQuery?.ToJson();

    /// <summary>The first thing that is wrong with the query.</summary>
    public string? Problem { get; private set; }

    public static string Cursor(long after)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, after);
        return Base64Url.EncodeToString(bytes);
    }

    /// <exception cref="FormatException">The text is not a cursor.</exception>
    public static long ParseCursor(ReadOnlySpan<char> cursor)
    {
        if (cursor.IsEmpty)
            return 0;
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        return Base64Url.IsValid(cursor, out var length) && length == bytes.Length && Base64Url.TryDecodeFromChars(cursor, bytes, out _)
            ? BinaryPrimitives.ReadInt64BigEndian(bytes)
            : throw new FormatException("The cursor is not one of this list");
    }

    /// <summary>Whether a user passes the filters. Those on a time that the provider does not have are ignored, as Truto says.</summary>
    public bool Selects(SandboxUser user, ProviderShape provider) =>
        (!provider.Answered.HasFlag(UserFields.CreatedAt) || created.Contains(user.CreatedAt)) &&
        (!provider.Answered.HasFlag(UserFields.UpdatedAt) || updated.Contains(user.UpdatedAt));

    private void Read(ReadOnlySpan<char> name, string value)
    {
        var bracket = name.IndexOf('[');
        var brackets = bracket < 0 ? [] : name[bracket..];
        switch (bracket < 0 ? name : name[..bracket])
        {
            case "integrated_account_id" when value.Length > 0:
                Account ??= value;
                break;
            case "truto_response_format":
                ReadFormat(value);
                break;
            case "truto_ignore_remote_data":
                ReadIgnoreRemoteData(value);
                break;
            case "truto_exclude_fields":
                // Empty brackets are documented; Truto's own client sends an index. Of the form without brackets nothing is documented
                // that would not contradict this, so a comma there is part of a field's name.
                Excluded |= UserFieldNames.Parse(value);
                break;
            case RemoteQueryName:
                remoteQuery ??= new QueryTree();
                remoteQuery.Add(brackets, value);
                break;
            case "limit":
                ReadLimit(value);
                break;
            case "next_cursor":
                ReadCursor(value);
                break;
            case "created_at" when brackets is ['[', .. var comparison, ']']:
                ReadBound(created, "created_at", comparison, value);
                break;
            case "updated_at" when brackets is ['[', .. var comparison, ']']:
                ReadBound(updated, "updated_at", comparison, value);
                break;
        }
    }

    private void ReadFormat(string value)
    {
        switch (value)
        {
            case "unified": Format = ResponseFormat.Unified; break;
            case "raw": Format = ResponseFormat.Raw; break;
            case "normalized": Format = ResponseFormat.Normalized; break;
            case "stream": Format = ResponseFormat.Stream; break;
            default: Problem ??= "truto_response_format must be one of unified, raw, normalized, stream"; break;
        }
    }

    private void ReadIgnoreRemoteData(string value)
    {
        if (value is "true" or "false")
            IgnoreRemoteData = value is "true";
        else
            Problem ??= "truto_ignore_remote_data must be true or false";
    }

    private void ReadLimit(string value)
    {
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit >= 1)
            Limit = limit;
        else
            Problem ??= "limit must be a positive number";
    }

    private void ReadCursor(string value)
    {
        try
        {
            After = ParseCursor(value);
        }
        catch (FormatException exception)
        {
            Problem ??= exception.Message;
        }
    }

    private void ReadBound(TimeBounds bounds, string name, ReadOnlySpan<char> comparison, string value)
    {
        if (!bounds.TrySet(comparison, value))
            Problem ??= $"{name} must be compared to an ISO 8601 date and time";
    }
}
