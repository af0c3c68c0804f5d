using Microsoft.AspNetCore.Http;

namespace UserSync.Console.SignIn;

/// <summary>The page that a host shows where it wants to know who comes.</summary>
public static class SignInPages
{
    /// <summary>The path of the page, and of its form.</summary>
    public const string Path = "sign-in";

    /// <summary>The path of the form that ends it.</summary>
    public const string OutPath = "sign-out";

    /// <summary>The page.</summary>
    /// <param name="frame">What is around it.</param>
    /// <param name="model">What is asked.</param>
    /// <param name="status">The status.</param>
    public static IResult Show(ConsoleFrame frame, SignInModel model, int status) => Pages.Show<SignInPage>(frame, model, status);

    /// <summary>A page of the console that may be returned to; the overview for anything else.</summary>
    /// <param name="wanted">What the form says.</param>
    public static string SafeReturn(string? wanted) =>
        wanted is ['/'] or ['/', not ('/' or '\\'), ..] && wanted.All(letter => letter is > ' ' and < '\u007f') ? wanted : "/";
}
