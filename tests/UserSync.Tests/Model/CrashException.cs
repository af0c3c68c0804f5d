namespace UserSync.Tests.Model;

/// <summary>A worker dies at this very step.</summary>
internal sealed class CrashException : Exception;
