using System.Runtime.CompilerServices;
using Truto.Http;

namespace Truto.Tests.Http;

/// <summary>Methods that use again what they keep while they wait behave as all others.</summary>
public sealed class ReusedTaskTests
{
    private static readonly AsyncLocal<int> Ambient = new();

    [Fact]
    public async Task Every_call_has_its_own_result()
    {
        for (var round = 0; round < 3; round++)
        {
            var gates = Enumerable.Range(0, 300).Select(_ => new TaskCompletionSource()).ToArray();
            var calls = gates.Select((gate, index) => AfterAsync(gate.Task, index).AsTask()).ToArray();
            Array.ForEach(gates, gate => gate.SetResult());
            Assert.Equal(Enumerable.Range(0, 300), await Task.WhenAll(calls));
        }
    }

    [Fact]
    public async Task A_result_comes_at_once_where_nothing_is_waited_for()
    {
        var call = AfterAsync(Task.CompletedTask, 7);
        Assert.True(call.IsCompletedSuccessfully);
        Assert.Equal(7, await call);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_exception_reaches_the_caller(bool waits)
    {
        for (var round = 0; round < 3; round++)
        {
            await Assert.ThrowsAsync<TimeoutException>(() => FailAsync(waits).AsTask());
        }

        Assert.Equal(1, await AfterAsync(Task.Delay(1, TestContext.Current.CancellationToken), 1));
    }

    [Fact]
    public async Task The_context_flows_in_and_not_out()
    {
        Ambient.Value = 1;
        var gate = new TaskCompletionSource();
        var call = NextAmbientAsync(gate.Task).AsTask();
        Assert.Equal(1, Ambient.Value);
        Ambient.Value = 5;
        await Task.Run(gate.SetResult, TestContext.Current.CancellationToken);
        Assert.Equal(3, await call);
        Assert.Equal(5, Ambient.Value);
    }

    [Fact]
    public async Task Who_awaits_twice_gets_an_exception_and_harms_nobody()
    {
        var gate = new TaskCompletionSource();
#pragma warning disable CA2012 // What must not be done.
        var call = AfterAsync(gate.Task, 1);
        Assert.Throws<InvalidOperationException>(() => call.GetAwaiter().GetResult());
        gate.SetResult();
        Assert.Equal(1, await call);
        Assert.Throws<InvalidOperationException>(() => call.GetAwaiter().GetResult());
#pragma warning restore CA2012
        Assert.Equal(2, await AfterAsync(Task.Delay(1, TestContext.Current.CancellationToken), 2));
    }

    [AsyncMethodBuilder(typeof(ReusedTaskBuilder<>))]
    private static async ValueTask<int> AfterAsync(Task task, int result)
    {
        await task;
        return result;
    }

    [AsyncMethodBuilder(typeof(ReusedTaskBuilder<>))]
    private static async ValueTask<int> FailAsync(bool waits)
    {
        if (waits)
        {
            await Task.Yield();
        }

        throw new TimeoutException();
    }

    [AsyncMethodBuilder(typeof(ReusedTaskBuilder<>))]
    private static async ValueTask<int> NextAmbientAsync(Task task)
    {
        Ambient.Value++;
        await task;
        return ++Ambient.Value;
    }
}
