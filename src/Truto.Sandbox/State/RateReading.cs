namespace Truto.Sandbox.State;

/// <summary>What a limit says about one request.</summary>
/// <param name="Allowed">Whether the request is within the limit.</param>
/// <param name="Remaining">How many more requests the window takes.</param>
/// <param name="ResetSeconds">In how many seconds the window ends, rounded up.</param>
internal readonly record struct RateReading(bool Allowed, int Remaining, int ResetSeconds);
