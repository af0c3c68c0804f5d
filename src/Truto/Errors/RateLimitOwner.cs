namespace Truto.Errors;

/// <summary>Whose rate limit is used up.</summary>
public enum RateLimitOwner
{
    /// <summary>Truto's own: per token, or per integrated account.</summary>
    Truto,

    /// <summary>The provider's, which the customer's other software uses up as well.</summary>
    Provider,
}
