namespace Truto.Sandbox.State;

/// <summary>
/// What makes two requests the same: account, path and key, as Truto documents it for other calls. Neither query nor body nor method
/// is part of it, so a key that is used again for something else brings the old answer back.
/// </summary>
/// <param name="Account">The account's id.</param>
/// <param name="UserId">The user's id from the path, which is all that differs between the paths; null for the collection.</param>
/// <param name="Key">The value of the header <c>Idempotency-Key</c>.</param>
internal readonly record struct IdempotencyKey(string Account, string? UserId, string Key);
