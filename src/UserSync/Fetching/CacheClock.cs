using Microsoft.Extensions.Internal;

namespace UserSync.Fetching;

/// <summary>The clock in the form in which caches want it.</summary>
/// <param name="time">The clock.</param>
internal sealed class CacheClock(TimeProvider time) : ISystemClock
{
    /// <inheritdoc/>
    public DateTimeOffset UtcNow => time.GetUtcNow();
}
