using System.Runtime.CompilerServices;

namespace Functions.Tests.Support;

/// <summary>Azure Monitor's exporter sends statistics on itself to an address on the internet; no test is to.</summary>
internal static class QuietStatistics
{
#pragma warning disable CA2255 // The variable is read once in the process, before any test could set it.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Disable() => Environment.SetEnvironmentVariable("APPLICATIONINSIGHTS_STATSBEAT_DISABLED", "true");
}
