using Microsoft.Extensions.Primitives;

namespace UserSync.Receiving.Verification;

/// <summary>The values of a header or of a parameter.</summary>
internal static class HeaderValues
{
    /// <summary>Whether there is nothing in any of them.</summary>
    internal static bool AreEmpty(StringValues values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (!string.IsNullOrEmpty(values[i]))
            {
                return false;
            }
        }

        return true;
    }
}
