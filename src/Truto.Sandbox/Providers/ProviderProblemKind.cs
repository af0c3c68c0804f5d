namespace Truto.Sandbox.Providers;

/// <summary>Why a provider refuses a call.</summary>
internal enum ProviderProblemKind
{
    Unauthorized,
    Forbidden,
    NotFound,
    Conflict,
    Invalid,
    RateLimited,
    Unavailable,
}
