namespace UserSync.Tests.Model;

/// <summary>What is broken on purpose, to see that the model notices.</summary>
internal enum Breakage
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Writes do not compare what they were made from.</summary>
    NoCompareAndSwap,

    /// <summary>Events count in the order in which they arrive.</summary>
    ArrivalOrder,

    /// <summary>Two workers may update a user at the same time.</summary>
    NoLease,
}
