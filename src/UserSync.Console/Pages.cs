using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using UserSync.Console.Layout;

namespace UserSync.Console;

/// <summary>Makes answers out of pages.</summary>
internal static class Pages
{
    /// <summary>A page.</summary>
    /// <typeparam name="TPage">The page.</typeparam>
    /// <param name="frame">What is around it.</param>
    /// <param name="model">What it shows.</param>
    /// <param name="status">The status.</param>
    internal static IResult Show<TPage>(ConsoleFrame frame, object model, int status = StatusCodes.Status200OK)
        where TPage : IComponent => new RazorComponentResult<TPage>(new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["Frame"] = frame,
            ["Model"] = model,
        })
        {
            StatusCode = status,
            PreventStreamingRendering = true,
        };

    /// <summary>A page that only says something.</summary>
    /// <param name="frame">What is around it.</param>
    /// <param name="status">The status.</param>
    /// <param name="title">What happened.</param>
    /// <param name="text">What to do about it.</param>
    internal static IResult Say(ConsoleFrame frame, int status, string title, string text) =>
        Show<MessagePage>(frame, new Message(title, text), status);
}
