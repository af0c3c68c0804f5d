using System.Buffers;
using System.Text;
using System.Text.Json;
using UserSync.Configuration;
using UserSync.Expressions;
using UserSync.Receiving.Verification;

namespace UserSync.Receiving.Handshakes;

/// <summary>
/// What a sender asks once, to see that this address is ours, and how it is answered: with what came along, and never by calling an
/// address that came along.
/// </summary>
public sealed class Handshake
{
    private static readonly IReadOnlyDictionary<string, HandshakeSigning> SigningWords = new Dictionary<string, HandshakeSigning>(StringComparer.Ordinal)
    {
        ["always"] = HandshakeSigning.Always,
        ["ifPresent"] = HandshakeSigning.IfPresent,
        ["never"] = HandshakeSigning.Never,
    };

    private static readonly IReadOnlyDictionary<string, string> Methods = new[] { "GET", "POST", "OPTIONS" }.ToDictionary(name => name, StringComparer.Ordinal);

    private readonly IReadOnlyList<HandshakeCondition> when;
    private readonly HandshakeSigning signed;
    private readonly int status;
    private readonly ReplyValue? text;
    private readonly IReadOnlyList<(string Name, ReplyValue Value)> json;
    private readonly IReadOnlyList<(string Name, ReplyValue Value)> headers;

    private Handshake(
        string method,
        IReadOnlyList<HandshakeCondition> when,
        HandshakeSigning signed,
        int status,
        ReplyValue? text,
        IReadOnlyList<(string Name, ReplyValue Value)> json,
        IReadOnlyList<(string Name, ReplyValue Value)> headers)
    {
        Method = method;
        this.when = when;
        this.signed = signed;
        this.status = status;
        this.text = text;
        this.json = json;
        this.headers = headers;
    }

    /// <summary>The method that it comes with.</summary>
    internal string Method { get; }

    /// <summary>Reads a handshake, or reports what is wrong with it.</summary>
    /// <param name="settings">The setting.</param>
    internal static Handshake? Read(Setting settings)
    {
        if (!settings.ExpectObject("method", "when", "signed", "status", "text", "json", "headers"))
        {
            return null;
        }

        var conditions = settings.Member("when").Members().Select(condition => HandshakeCondition.Read(condition.Name, condition.Value)).OfType<HandshakeCondition>().ToList();
        if (conditions.Count == 0)
        {
            settings.Member("when").Error("nothing says which deliveries are this handshake", "Write { \"header:NAME\": true } or another condition");
        }

        return new Handshake(
            settings.Member("method").Choice(Methods, "POST"),
            conditions,
            settings.Member("signed").Choice(SigningWords, HandshakeSigning.Always),
            SuccessStatus.Read(settings, "text", "json"),
            settings.Member("text").IsPresent ? ReplyValue.Read(settings.Member("text")) : null,
            Values(settings.Member("json")),
            Headers(settings.Member("headers")));
    }

    /// <summary>Whether a delivery is this handshake.</summary>
    /// <param name="delivery">The delivery.</param>
    internal bool Fits(Delivery delivery)
    {
        if (delivery.Method != Method)
        {
            return false;
        }

        for (var i = 0; i < when.Count; i++)
        {
            if (!when[i].Holds(delivery))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the handshake may be answered after this verdict.</summary>
    /// <param name="verdict">What verifying the delivery came to.</param>
    internal bool IsAllowed(Verdict verdict) => signed switch
    {
        HandshakeSigning.Never => true,
        HandshakeSigning.IfPresent => verdict is Verdict.Valid or Verdict.MissingCredential,
        _ => verdict is Verdict.Valid,
    };

    /// <summary>Whether the handshake has to be verified at all.</summary>
    internal bool IsVerified => signed != HandshakeSigning.Never;

    /// <summary>The answer; <see langword="null"/> where the delivery lacks what is to be answered.</summary>
    /// <param name="delivery">The handshake.</param>
    /// <param name="secret">The secret that it was signed with.</param>
    internal HandshakeReply? Answer(Delivery delivery, string? secret)
    {
        var replyHeaders = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in headers)
        {
            // A header that the sender did not ask about is not answered.
            if (value.Of(delivery, secret) is { } content && !content.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            {
                replyHeaders[name] = content;
            }
        }

        if (json.Count > 0)
        {
            return Json(delivery, secret) is { } body ? new HandshakeReply(status, "application/json", body, replyHeaders) : null;
        }

        if (text is null)
        {
            return new HandshakeReply(status, null, default, replyHeaders);
        }

        return text.Of(delivery, secret) is { } plain
            ? new HandshakeReply(status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(plain), replyHeaders)
            : null;
    }

    private static List<(string Name, ReplyValue Value)> Headers(Setting settings)
    {
        foreach (var (_, header) in settings.Members().Where(member => !HeaderExpression.IsName(member.Name)))
        {
            header.Error("it is not the name of a header", "Write a name without spaces and colons");
        }

        return Values(settings);
    }

    private static List<(string Name, ReplyValue Value)> Values(Setting settings)
    {
        if (settings.IsPresent && !settings.IsObject)
        {
            settings.Error("it is not an object", "Write { \"name\": value }");
        }

        return [.. settings.Members().Select(member => (member.Name, Value: ReplyValue.Read(member.Value))).Where(pair => pair.Value is not null).Select(pair => (pair.Name, pair.Value!))];
    }

    private byte[]? Json(Delivery delivery, string? secret)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in json)
            {
                if (value.Of(delivery, secret) is not { } content)
                {
                    return null;
                }

                writer.WriteString(name, content);
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
