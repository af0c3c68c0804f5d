namespace UserSync;

/// <summary>x</summary>
public static class Placeholder { }
