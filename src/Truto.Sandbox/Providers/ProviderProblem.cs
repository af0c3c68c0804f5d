namespace Truto.Sandbox.Providers;

/// <summary>A provider's refusal, which each provider words in its own shape.</summary>
/// <param name="Kind">Why.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Message">What it is, for people.</param>
/// <param name="Field">The field at fault, by the provider's name for it.</param>
internal sealed record ProviderProblem(ProviderProblemKind Kind, int Status, string Message, string? Field = null)
{
    public static ProviderProblem Unauthorized { get; } = new(ProviderProblemKind.Unauthorized, 401, "Session expired or invalid");

    public static ProviderProblem Forbidden { get; } =
        new(ProviderProblemKind.Forbidden, 403, "Insufficient access rights on the resource");

    public static ProviderProblem NotFound { get; } = new(ProviderProblemKind.NotFound, 404, "The requested user does not exist");

    public static ProviderProblem RateLimited { get; } = new(ProviderProblemKind.RateLimited, 429, "Request limit exceeded");

    public static ProviderProblem Unavailable { get; } = new(ProviderProblemKind.Unavailable, 503, "Service temporarily unavailable");

    public static ProviderProblem InvalidEmail(string field) => new(ProviderProblemKind.Invalid, 422, "Email is invalid", field);

    public static ProviderProblem InvalidType(string field) => new(ProviderProblemKind.Invalid, 422, "Value has the wrong type", field);

    public static ProviderProblem EmailTaken(string field) =>
        new(ProviderProblemKind.Conflict, 409, "A user with this email already exists", field);
}
