using System.Globalization;

namespace Truto.Sandbox.Unified;

/// <summary>The bounds that a list sets to a time: <c>gt</c>, <c>gte</c>, <c>lt</c>, <c>lte</c>.</summary>
internal sealed class TimeBounds
{
    private DateTimeOffset? gt;
    private DateTimeOffset? gte;
    private DateTimeOffset? lt;
    private DateTimeOffset? lte;

    /// <summary>Sets a bound; an operator that is none of the four sets nothing, as with a provider that does not know it.</summary>
    /// <returns>Whether the value is an ISO 8601 time.</returns>
    public bool TrySet(ReadOnlySpan<char> comparison, string value)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (!DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, Utc, out var time))
            return false;
        switch (comparison)
        {
            case "gt": gt = time; break;
            case "gte": gte = time; break;
            case "lt": lt = time; break;
            case "lte": lte = time; break;
        }

        return true;
    }

    public bool Contains(DateTimeOffset time) =>
        (gt is null || time > gt) && (gte is null || time >= gte) && (lt is null || time < lt) && (lte is null || time <= lte);
}
