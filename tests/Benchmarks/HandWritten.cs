using System.Buffers;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Benchmarks;

/// <summary>The least that takes a signed delivery to Truto, written by hand: no retries, no order, no duplicates, no record.</summary>
internal static class HandWritten
{
    private static readonly byte[] Key = Encoding.UTF8.GetBytes(Workspace.Secret);

    /// <summary>Whether the signature is that of the body.</summary>
    internal static bool IsGenuine(ReadOnlySpan<byte> body, string? signature)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Span<byte> computed = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (signature is not { Length: 2 * HMACSHA256.HashSizeInBytes } || Convert.FromHexString(signature, given, out _, out _) != OperationStatus.Done)
        {
            return false;
        }

        HMACSHA256.HashData(Key, body, computed);
        return CryptographicOperations.FixedTimeEquals(given, computed);
    }

    /// <summary>The body of the update.</summary>
    internal static byte[] Patch(JsonElement change)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            Copy("email"u8);
            Copy("name"u8);
            writer.WriteEndObject();

            void Copy(ReadOnlySpan<byte> name)
            {
                if (change.TryGetProperty(name, out var value))
                {
                    writer.WritePropertyName(name);
                    value.WriteTo(writer);
                }
            }
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The call.</summary>
    internal static HttpRequestMessage Call(Uri truto, string token, string user, byte[] patch) => new(
        HttpMethod.Patch, new Uri(truto, $"unified/crm/users/{Uri.EscapeDataString(user)}?integrated_account_id={Workspace.Account}"))
    {
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        Content = new ByteArrayContent(patch) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
    };
}
