using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using UserSync.Expressions;
using UserSync.Receiving.Bodies;

namespace UserSync.Receiving.Verification;

/// <summary>
/// What a signature is computed over, as a template: <c>{body}</c>, <c>{method}</c>, <c>{url}</c>, <c>{header:NAME}</c>,
/// <c>{sig:KEY}</c> (another part of the signature's header), <c>{form_sorted}</c>, <c>{secret}</c>, and literals between them.
/// </summary>
internal sealed class SignedContent
{
    private const string DigestParameter = "bodySHA256";

    private readonly Part[] parts;

    private SignedContent(Part[] parts)
    {
        this.parts = parts;
        UsesUrl = parts.Any(part => part.Kind == Kind.Url);
        IsBody = parts is [{ Kind: Kind.Body }];
    }

    private enum Kind
    {
        Literal,
        Body,
        Method,
        Url,
        Header,
        SignaturePart,
        SortedForm,
        Secret,
    }

    internal bool UsesUrl { get; }

    /// <summary>Whether it is the body and nothing else.</summary>
    internal bool IsBody { get; }

    internal bool UsesSecret => parts.Any(part => part.Kind == Kind.Secret);

    /// <summary>The headers that are signed with the body.</summary>
    internal IEnumerable<string> Headers => parts.Where(part => part.Kind == Kind.Header).Select(part => part.Text);

    /// <summary>The parts of the signature's header that are signed with the body.</summary>
    internal IEnumerable<string> SignatureParts => parts.Where(part => part.Kind == Kind.SignaturePart).Select(part => part.Text);

    /// <summary>
    /// Whether nothing vouches for the body. The fields of a form do so only together with the address: a body that is no form is
    /// vouched for by its digest there.
    /// </summary>
    internal bool LeavesBodyOut => !parts.Any(part => part.Kind == Kind.Body) && !(UsesUrl && parts.Any(part => part.Kind == Kind.SortedForm));

    /// <summary>Parses a template, or says what is wrong with it.</summary>
    internal static bool TryParse(string template, [NotNullWhen(true)] out SignedContent? content, [NotNullWhen(false)] out string? problem)
    {
        var parts = new List<Part>();
        var rest = template.AsSpan();
        content = null;
        while (!rest.IsEmpty)
        {
            var open = rest.IndexOf('{');
            if (open != 0)
            {
                var literal = open < 0 ? rest : rest[..open];
                parts.Add(new Part(Kind.Literal, literal.ToString()));
                rest = rest[literal.Length..];
                continue;
            }

            var close = rest.IndexOf('}');
            var token = close < 0 ? rest : rest[1..close];
            if (close < 0 || !TryParseToken(token.ToString(), out var part))
            {
                problem = $"\"{token}\" is not a part of a request that can be signed";
                return false;
            }

            parts.Add(part);
            rest = rest[(close + 1)..];
        }

        problem = parts.Count == 0 ? "the template is empty" : null;
        content = problem is null ? new SignedContent([.. parts]) : null;
        return problem is null;
    }

    /// <summary>
    /// Writes the bytes that the sender signed; <see langword="false"/> where a part of them is missing from the delivery, or could be read
    /// in two ways.
    /// </summary>
    internal bool TryWrite(Delivery delivery, SignatureReading reading, string secret, ContentBuffer content)
    {
        foreach (var part in parts)
        {
            switch (part.Kind)
            {
                case Kind.Body:
                    content.Write(delivery.Body.Span);
                    break;
                case Kind.SortedForm:
                    if (!TryWriteSortedForm(delivery, content))
                    {
                        return false;
                    }

                    break;
                case Kind.SignaturePart:
                    if (!reading.TryPart(part.Text, out var found))
                    {
                        return false;
                    }

                    Encoding.UTF8.GetBytes(found, content);
                    break;
                default:
                    if (TextOf(part, delivery, secret) is not { } text)
                    {
                        return false;
                    }

                    Encoding.UTF8.GetBytes(text, content);
                    break;
            }
        }

        return true;
    }

    /// <summary>Puts the digest of a body that is not a form where <c>{form_sorted}</c> looks for it.</summary>
    internal void PutDigest(DeliveryDraft draft)
    {
        draft.Headers.TryGetValue("Content-Type", out var contentType);
        if (parts.Any(part => part.Kind == Kind.SortedForm) && MediaTypes.Of(contentType) != MediaTypes.Form)
        {
            draft.Query[DigestParameter] = Convert.ToHexStringLower(SHA256.HashData(draft.Body.Span));
        }
    }

    private static bool TryParseToken(string token, out Part part)
    {
        var colon = token.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? token : token[..colon];
        var argument = colon < 0 ? string.Empty : token[(colon + 1)..];
        Kind? kind = (name, argument.Length > 0) switch
        {
            ("body", false) => Kind.Body,
            ("method", false) => Kind.Method,
            ("url", false) => Kind.Url,
            ("form_sorted", false) => Kind.SortedForm,
            ("secret", false) => Kind.Secret,
            ("header", true) when HeaderExpression.IsName(argument) => Kind.Header,
            ("sig", true) => Kind.SignaturePart,
            _ => null,
        };
        part = new Part(kind ?? Kind.Literal, argument);
        return kind is not null;
    }

    private static string? TextOf(Part part, Delivery delivery, string secret) => part.Kind switch
    {
        Kind.Literal => part.Text,
        Kind.Method => delivery.Method,
        Kind.Url => delivery.Url,
        Kind.Secret => secret,
        Kind.Header => delivery.Headers.TryGetValue(part.Text, out var values) && values is [{ } value] ? value : null,
        _ => null,
    };

    /// <summary>
    /// Form fields by name, each name followed by its values. A body that is not a form is signed through its digest in the query, as
    /// Twilio does (<c>bodySHA256</c>): without it, nothing would vouch for the body.
    /// </summary>
    private static bool TryWriteSortedForm(Delivery delivery, ContentBuffer content)
    {
        if (delivery.MediaType != MediaTypes.Form)
        {
            return delivery.Query.TryGetValue(DigestParameter, out var stated) && stated is [{ } text]
                && Encodings.TryDecode(text, BytesEncoding.Hex, out var digest)
                && CryptographicOperations.FixedTimeEquals(digest, SHA256.HashData(delivery.Body.Span));
        }

        try
        {
            foreach (var (key, values) in FormFields.Read(delivery.Body.Span).OrderBy(field => field.Key, StringComparer.Ordinal))
            {
                foreach (var value in values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
                {
                    Encoding.UTF8.GetBytes(key, content);
                    Encoding.UTF8.GetBytes(value, content);
                }
            }

            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private readonly record struct Part(Kind Kind, string Text);
}
