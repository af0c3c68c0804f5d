namespace Truto.Sandbox;

/// <summary>x</summary>
public static class Placeholder { }
