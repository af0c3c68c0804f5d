namespace UserSync.Console.Sources;

/// <summary>What is known of a secret; never its value.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Use">What it is for.</param>
/// <param name="Values">How many values count; <see langword="null"/> where the store cannot be reached.</param>
/// <param name="Since">Since when the newest has been there; <see langword="null"/> where nobody knows.</param>
/// <param name="Variable">The environment variable that would set it.</param>
public sealed record SecretState(string Name, string Use, int? Values, DateTimeOffset? Since, string Variable);
