using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using UserSync.Expressions;

namespace UserSync.Receiving.Bodies;

/// <summary>
/// A body that is one signed JSON Web Token: its claims. Where senders put JSON as text into a claim, it is parsed in its place.
/// Whether the token is genuine is the verifier's business, and settled before this is read.
/// </summary>
/// <param name="unwrap">The paths, in order, at which a text holds JSON, for example <c>data</c> and then <c>data.data</c>.</param>
/// <param name="maxDepth">The deepest nesting.</param>
internal sealed class JwtBody(IReadOnlyList<string> unwrap, int maxDepth) : IBodyFormat
{
    /// <inheritdoc/>
    public BodyContent Read(Delivery delivery)
    {
        if (!TryReadClaims(delivery.Body.Span, out var claims))
        {
            return BodyContent.Malformed("the body is not a signed JSON Web Token");
        }

        var content = JsonBytes.Parse(claims, maxDepth);
        return content.Problem is null && unwrap.Count > 0 ? Unwrap(content) : content;
    }

    private static bool TryReadClaims(ReadOnlySpan<byte> token, out byte[] claims)
    {
        claims = [];
        token = token.Trim(" \t\r\n"u8);
        var start = token.IndexOf((byte)'.') + 1;
        var length = token[start..].IndexOf((byte)'.');
        if (length <= 0 || !Base64Url.IsValid(token.Slice(start, length)))
        {
            return false;
        }

        claims = Base64Url.DecodeFromUtf8(token.Slice(start, length));
        return true;
    }

    private BodyContent Unwrap(BodyContent content)
    {
        using (content)
        {
            try
            {
                var root = JsonText.ToNode(content.Root);
                foreach (var path in unwrap)
                {
                    UnwrapAt(root, path.Split('.'));
                }

                return JsonBytes.Parse(Encoding.UTF8.GetBytes(root?.ToJsonString() ?? "null"), maxDepth);
            }
            catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
            {
                return BodyContent.Malformed("a claim that should hold JSON does not");
            }
        }
    }

    private void UnwrapAt(JsonNode? root, string[] steps)
    {
        var parent = root;
        foreach (var step in steps[..^1])
        {
            parent = (parent as JsonObject)?[step];
        }

        if (parent is JsonObject members && members[steps[^1]] is JsonValue value && value.TryGetValue<string>(out var json))
        {
            using var inner = JsonBytes.Parse(Encoding.UTF8.GetBytes(json), maxDepth);
            if (inner.Problem is not null)
            {
                throw new JsonException();
            }

            members[steps[^1]] = JsonText.ToNode(inner.Root.Clone());
        }
    }
}
