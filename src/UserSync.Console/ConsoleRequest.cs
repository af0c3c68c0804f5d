using Microsoft.AspNetCore.Http;

namespace UserSync.Console;

/// <summary>What the operator asks for.</summary>
/// <param name="request">The request; its form has been read where it has one.</param>
/// <param name="frame">What is around the page.</param>
internal sealed class ConsoleRequest(HttpRequest request, ConsoleFrame frame)
{
    /// <summary>What is around the page.</summary>
    internal ConsoleFrame Frame { get; } = frame;

    /// <summary>The request.</summary>
    internal HttpRequest Http { get; } = request;

    /// <summary>A parameter of the query; <see langword="null"/> where it is absent or empty.</summary>
    internal string? Query(string name) => Http.Query[name] is [{ Length: > 0 } value, ..] ? value : null;

    /// <summary>A field of the form; <see langword="null"/> where it is absent or empty.</summary>
    internal string? Field(string name) => Http.HasFormContentType && Http.Form[name] is [{ Length: > 0 } value, ..] ? value : null;
}
