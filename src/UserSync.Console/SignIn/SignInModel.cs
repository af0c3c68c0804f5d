namespace UserSync.Console.SignIn;

/// <summary>A sign-in that is asked for.</summary>
/// <param name="Return">The page to go to then.</param>
/// <param name="Problem">Why the last one failed.</param>
public sealed record SignInModel(string Return, string? Problem);
