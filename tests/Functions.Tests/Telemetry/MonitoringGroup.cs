namespace Functions.Tests.Telemetry;

/// <summary>Exporters hear every span of the process, and Azure Monitor's takes a few a second only: they are tried alone.</summary>
[CollectionDefinition(nameof(MonitoringGroup), DisableParallelization = true)]
public sealed class MonitoringGroup;
