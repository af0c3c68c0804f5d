namespace UserSync.Ledger;

/// <summary>A CRM user: the account that it is in, and its id there.</summary>
/// <param name="Account">The integrated account.</param>
/// <param name="UserId">The user's id, as the provider has it.</param>
public readonly record struct UserKey(string Account, string UserId);
