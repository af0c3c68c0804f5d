using System.Reflection;
using BenchmarkDotNet.Attributes;
using Benchmarks.Micro;

namespace Benchmarks.Tests;

/// <summary>What is measured, made once.</summary>
public sealed class MeasuredSteps : IDisposable
{
    private readonly Verification verification = new();
    private readonly Transformation transformation = new();

    internal static IReadOnlyList<MethodInfo> All { get; } =
    [
        .. new[] { typeof(Verification), typeof(Transformation) }
            .SelectMany(type => type.GetMethods())
            .Where(method => method.GetCustomAttribute<BenchmarkAttribute>() is not null),
    ];

    public void Dispose()
    {
        verification.Dispose();
        transformation.Dispose();
    }

    internal object Run(string name)
    {
        var step = All.Single(method => method.Name == name);
        return step.Invoke(step.DeclaringType == typeof(Verification) ? verification : transformation, [])!;
    }
}
