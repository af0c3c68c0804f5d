// STAND-INS, compiled only where the worker's packages are not restored: every configuration but Azure, in which the real ones take
// their place (Functions.Tests.csproj). They declare what the functions use of them, with the same names, parameters and defaults
// (Microsoft.Azure.Functions.Worker.Core 2.52.0, .Extensions.Abstractions 1.3.0, .Http 3.3.0, .Storage.Queues 5.5.5, .Timer 4.3.1), and
// do nothing.
#pragma warning disable IDE0130 // The namespace is the worker's.
#pragma warning disable MA0048 // One file for all of them, so that it can be left out.
namespace Microsoft.Azure.Functions.Worker;

[AttributeUsage(AttributeTargets.Method)]
internal sealed class FunctionAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

internal enum AuthorizationLevel
{
    Anonymous = 0,
    User = 1,
    Function = 2,
    System = 3,
    Admin = 4,
}

[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods) : Attribute
{
    public AuthorizationLevel AuthLevel { get; } = authLevel;

    public string[]? Methods { get; } = methods;

    public string? Route { get; set; }
}

[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class QueueTriggerAttribute(string queueName) : Attribute
{
    public string QueueName { get; } = queueName;

    public string? Connection { get; set; }
}

[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class TimerTriggerAttribute(string schedule) : Attribute
{
    public string Schedule { get; } = schedule;

    public bool UseMonitor { get; set; } = true;

    public bool RunOnStartup { get; set; }
}

public sealed class TimerInfo
{
    public bool IsPastDue { get; set; }
}

public abstract class FunctionContext
{
    public abstract BindingContext BindingContext { get; }
}

public abstract class BindingContext
{
    public abstract IReadOnlyDictionary<string, object?> BindingData { get; }
}
