namespace UserSync.Console.DeadLetters;

/// <summary>The page of dead letters.</summary>
/// <param name="List">What waits.</param>
/// <param name="Forecast">What a replay of a group would do, where somebody asked.</param>
/// <param name="Progress">How far a replay is, where one is under way.</param>
public sealed record DeadLettersModel(DeadLetterList List, GroupForecast? Forecast = null, ReplayProgress? Progress = null);
