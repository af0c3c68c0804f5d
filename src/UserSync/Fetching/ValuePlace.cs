namespace UserSync.Fetching;

/// <summary>Where a value of an event stands in an address: it decides what the value may hold.</summary>
internal enum ValuePlace
{
    /// <summary>It is a whole segment of the path.</summary>
    PathSegment,

    /// <summary>It is the whole value of a query parameter.</summary>
    QueryValue,

    /// <summary>It is a part of a longer text, which may be of a language of its own: a filter, a key in quotes.</summary>
    InText,
}
