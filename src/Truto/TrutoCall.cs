using System.Text.Json.Nodes;

namespace Truto;

/// <summary>The options of one call. Everything is optional.</summary>
public sealed record TrutoCall
{
    /// <summary>
    /// The bearer token of this call: an API token, or an integrated-account token (15 minutes, one account). Where it is
    /// <see langword="null"/>, <see cref="TrutoOptions.Token"/> supplies it.
    /// </summary>
    public string? Token { get; init; }

    /// <summary>
    /// The integrated account, a UUID, sent as <c>integrated_account_id</c>. Required by Truto with an API token, and to be left out
    /// with an integrated-account token, which implies it.
    /// </summary>
    public string? IntegratedAccountId { get; init; }

    /// <summary>Whether <c>remote_data</c> is left out of the response: <c>truto_ignore_remote_data</c>.</summary>
    public bool? IgnoreRemoteData { get; init; }

    /// <summary>The fields that are left out of the response, <c>id</c> too if named: <c>truto_exclude_fields[]</c>.</summary>
    public IReadOnlyList<string>? ExcludeFields { get; init; }

    /// <summary>
    /// Query parameters that Truto hands to the provider as they are: <c>remote_query[…]</c>. Values may be nested five levels deep;
    /// empty objects and arrays are left out; <see langword="null"/> is sent as an empty value.
    /// </summary>
    public JsonObject? RemoteQuery { get; init; }

    /// <summary>
    /// The <c>Idempotency-Key</c> of a write, at most 255 visible ASCII characters; a new one is made where it is
    /// <see langword="null"/>. Truto answers a repeated key with the first answer, whatever the second body says, so a key must
    /// belong to one logical write. Ignored by reads.
    /// </summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>
    /// Lowers <see cref="TrutoOptions.MaxRetries"/> for this call; 0 allows one attempt, for a caller whose queue does the waiting.
    /// </summary>
    public int? MaxRetries { get; init; }

    /// <summary>
    /// The longest that this call may take, with all that <see cref="TrutoOptions.OverallTimeout"/> counts; the shorter of the two ends
    /// it, as <see cref="Errors.TrutoErrorCause.Timeout"/>. Greater than zero. Cheaper than a cancellation token with a time of its own.
    /// In a list, each page is a call.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Nothing of what the call carries, because a token and personal data are among it.</summary>
    public override string ToString() => nameof(TrutoCall);
}
