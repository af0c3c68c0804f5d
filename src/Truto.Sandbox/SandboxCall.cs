using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Truto.Sandbox;

/// <summary>One call that the sandbox received, as it was and what became of it.</summary>
public sealed record SandboxCall
{
    internal const int MaxKeptBody = 64 * 1024;

    private readonly byte[]? body;

    internal SandboxCall(byte[]? body)
    {
        BodyLength = body?.Length ?? 0;
        this.body = BodyLength <= MaxKeptBody ? body : null;
    }

    /// <summary>The place of this call among all calls, from 0.</summary>
    public long Number { get; internal set; }

    /// <summary>When the call came in.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>The HTTP method.</summary>
    public required string Method { get; init; }

    /// <summary>The path without the query, as it was sent (encoded).</summary>
    public required string Path { get; init; }

    /// <summary>The query as it was sent (encoded), with its question mark, or empty.</summary>
    public required string Query { get; init; }

    /// <summary>The user's id from the path, decoded; <see langword="null"/> where the path has none.</summary>
    public string? UserId { get; init; }

    /// <summary>The account that the call was for, or the one it asked for where there is no such account.</summary>
    public string? Account { get; init; }

    /// <summary>The query parameters for the provider (<c>remote_query[…]</c>) as JSON; their values are texts.</summary>
    public JsonElement? RemoteQuery { get; init; }

    /// <summary>The request's idempotency key.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>
    /// The request fields that the provider does not take and that were ignored, for example <c>is_active</c>, or
    /// <c>remote_data.Id</c> for a member of <c>remote_data</c> that is the provider's own business.
    /// </summary>
    public IReadOnlyList<string> IgnoredFields { get; init; } = [];

    /// <summary>The status of the answer, also of one that was lost; <see langword="null"/> where none was made.</summary>
    public int? Status { get; init; }

    /// <summary>Whether the answer is the one of an earlier call with the same idempotency key.</summary>
    public bool Replayed { get; init; }

    /// <summary>The fault that was injected.</summary>
    public SandboxFault Fault { get; init; }

    /// <summary>The length of the request's body in bytes.</summary>
    public int BodyLength { get; }

    /// <summary>
    /// The request's body as text, JSON where it is valid; <see langword="null"/> where there was none, or more than 64 KiB.
    /// </summary>
    public string? Body => body is null ? null : Encoding.UTF8.GetString(body);

    /// <summary>Keeps personal data out of ToString().</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"SandboxCall {{ Number = {Number}, Method = {Method}, Status = {Status}, Replayed = {Replayed}, Fault = {Fault} }}");
}
