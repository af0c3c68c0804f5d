using Azure;
using Azure.Data.Tables.Models;
using Azure.Identity;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues.Models;

namespace UserSync.Azure.Storage;

/// <summary>
/// One resource of the account, a queue, a table or a container: created before its first use where it is missing, each call with a
/// deadline, each failure as an <see cref="AzureStoreException"/>.
/// </summary>
/// <param name="client">The client.</param>
/// <param name="create">Creates the resource where it is missing. Anybody may do so at the same time.</param>
/// <param name="timeout">How long a call may take, its repetitions included.</param>
/// <param name="time">The clock.</param>
internal sealed class StorageResource<TClient>(
    TClient client, Func<TClient, CancellationToken, Task> create, TimeSpan timeout, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim creation = new(1);
    private volatile bool isThere;

    /// <summary>The client, for whoever only wants to know where it leads.</summary>
    internal TClient Client => client;

    /// <summary>Makes a call.</summary>
    /// <param name="operation">What it does, as it goes on after "could not".</param>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="AzureStoreException">It failed, or took too long.</exception>
    public async Task<T> CallAsync<T>(string operation, Func<TClient, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            await CreateAsync(either.Token);
            return await call(client, either.Token);
        }
        catch (Exception exception) when (IsOfStorage(exception) && !cancellationToken.IsCancellationRequested)
        {
            var failure = AzureStoreException.Of(operation, exception);
            if (IsGone(failure))
            {
                isThere = false;
            }

            throw failure;
        }
    }

    /// <summary>Makes a call that may be refused for a known reason.</summary>
    /// <param name="operation">What it does, as it goes on after "could not".</param>
    /// <param name="call">The call.</param>
    /// <param name="isExpected">Whether a failure is that refusal.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Whether it was done; otherwise it was refused.</returns>
    /// <exception cref="AzureStoreException">It failed otherwise, or took too long.</exception>
    public async Task<bool> TryAsync(
        string operation,
        Func<TClient, CancellationToken, Task> call,
        Func<AzureStoreException, bool> isExpected,
        CancellationToken cancellationToken)
    {
        try
        {
            return await CallAsync(operation, Done, cancellationToken);
        }
        catch (AzureStoreException exception) when (isExpected(exception))
        {
            return false;
        }

        async Task<bool> Done(TClient resource, CancellationToken token)
        {
            await call(resource, token);
            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => creation.Dispose();

    private static bool IsOfStorage(Exception exception) => exception is RequestFailedException or AggregateException
        or AuthenticationFailedException or OperationCanceledException or IOException or HttpRequestException;

    /// <summary>
    /// Whether somebody has removed the resource itself, or the emulator has started anew: the next call creates it again.
    /// </summary>
    private static bool IsGone(AzureStoreException failure) =>
        failure.ErrorCode == QueueErrorCode.QueueNotFound
        || failure.ErrorCode == TableErrorCode.TableNotFound
        || failure.ErrorCode == BlobErrorCode.ContainerNotFound;

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        if (isThere)
        {
            return;
        }

        await creation.WaitAsync(cancellationToken);
        try
        {
            if (!isThere)
            {
                await create(client, cancellationToken);
                isThere = true;
            }
        }
        finally
        {
            creation.Release();
        }
    }
}
