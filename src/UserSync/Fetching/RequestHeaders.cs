using System.Buffers;
using System.Collections.Frozen;
using UserSync.Configuration;

namespace UserSync.Fetching;

/// <summary>Headers that are the same in every request for a record.</summary>
internal static class RequestHeaders
{
    private const string Remedy = "Write { \"Name\": \"value\" }";

    /// <summary>What is decided elsewhere, or changes what a request is.</summary>
    private static readonly FrozenSet<string> Reserved = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Authorization", "Proxy-Authorization", "Host", "Connection", "Keep-Alive", "Transfer-Encoding", "TE", "Trailer", "Upgrade",
        "Expect", "Content-Length", "Content-Type", "Content-Encoding", "Accept-Encoding", "Cookie",
        "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Range");

    private static readonly SearchValues<char> Visible = SearchValues.Create(
        " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>Whether a header can hold a text.</summary>
    internal static bool IsValue(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Visible);

    /// <summary>Reads the setting <c>headers</c> of <c>fetch</c>, or reports what is wrong with it.</summary>
    internal static IReadOnlyList<(string Name, string Value)> Read(Setting settings)
    {
        if (settings.IsPresent && !settings.IsObject)
        {
            settings.Error("it is not an object", Remedy);
        }

        var headers = new List<(string, string)>();
        foreach (var (name, setting) in settings.Members())
        {
            var value = setting.RequiredText(Remedy);
            if (!Expressions.HeaderExpression.IsName(name) || Reserved.Contains(name))
            {
                setting.Error("it is not a header that can be set", "Remove it; \"auth\" says how we are recognized");
            }
            else if (value is not null && !IsValue(value))
            {
                setting.Error("no header can hold it", "Write visible ASCII characters and spaces");
            }
            else if (value is not null)
            {
                headers.Add((name, value));
            }
        }

        return headers;
    }
}
