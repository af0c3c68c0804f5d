namespace UserSync.Ledger;

/// <summary>The right of one worker to update a user, until a time.</summary>
/// <param name="Owner">Who holds it: unique for each taking, not only for each worker.</param>
/// <param name="Until">When it ends by itself, should its owner die.</param>
public sealed record Lease(string Owner, DateTimeOffset Until);
