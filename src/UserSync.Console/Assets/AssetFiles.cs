namespace UserSync.Console.Assets;

/// <summary>The files that pages load.</summary>
public static class AssetFiles
{
    /// <summary>The style sheet.</summary>
    public static Asset Styles { get; } = Asset.Load("console.css", "text/css; charset=utf-8");

    /// <summary>The module.</summary>
    public static Asset Script { get; } = Asset.Load("console.js", "text/javascript; charset=utf-8");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Asset> All { get; } = [Styles, Script];
}
