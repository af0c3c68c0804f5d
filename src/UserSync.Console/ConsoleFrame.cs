using Microsoft.AspNetCore.Http;

namespace UserSync.Console;

/// <summary>What is around a page: where it is served, and what its forms and links have to carry.</summary>
public sealed record ConsoleFrame
{
    /// <summary>The name under which the Functions host takes its key from an address.</summary>
    public const string KeyParameter = "code";

    /// <summary>The path of the console, with a slash at its end: <c>/</c>, or <c>/api/console/</c>.</summary>
    public required string Root { get; init; }

    /// <summary>The address below which deliveries are sent, with a slash at its end, as the vendor would call it.</summary>
    public required string Webhooks { get; init; }

    /// <summary>The key that the host wants in every address; <see langword="null"/> where it wants none.</summary>
    public string? Key { get; init; }

    /// <summary>Whether the operator has signed in here, and can sign out.</summary>
    public bool CanSignOut { get; init; }

    /// <summary>Whether one process serves everything, so that what it remembers of the last hour is all there is.</summary>
    public bool IsWhole { get; init; }

    /// <summary>The page's path below <see cref="Root"/>; empty for the overview.</summary>
    public string Path { get; init; } = string.Empty;

    /// <summary>The name of the hidden field that proves that a form is one of ours.</summary>
    public string TokenField { get; init; } = string.Empty;

    /// <summary>The value of that field.</summary>
    public string Token { get; init; } = string.Empty;

    /// <summary>The address of a page of the console.</summary>
    /// <param name="path">Its path below <see cref="Root"/>.</param>
    /// <param name="query">Its query; what is null or empty is left out.</param>
    public string Link(string path, params IEnumerable<(string Name, string? Value)> query)
    {
        var pairs = query.Append((Name: KeyParameter, Value: Key))
            .Where(pair => !string.IsNullOrEmpty(pair.Value))
            .Select(pair => KeyValuePair.Create(pair.Name, pair.Value));
        return Root + path + QueryString.Create(pairs);
    }

    /// <summary>The path of the page; never the key.</summary>
    public override string ToString() => Root + Path;
}
