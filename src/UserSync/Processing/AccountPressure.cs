namespace UserSync.Processing;

/// <summary>How near an account is to its limit on updates, as this instance knows it.</summary>
/// <param name="Account">The account.</param>
/// <param name="Taken">How many updates it had in the window that ends now.</param>
/// <param name="Limit">How many it may have.</param>
/// <param name="Window">The window.</param>
/// <param name="Waiting">How many of its users wait for their turn.</param>
/// <param name="PausedUntil">Until when Truto or the CRM wants no update; <see langword="null"/> where nobody said so.</param>
public sealed record AccountPressure(string Account, int Taken, int Limit, TimeSpan Window, int Waiting, DateTimeOffset? PausedUntil);
