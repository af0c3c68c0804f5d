using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Server.Tests.Fuzzing;

/// <summary>A Truto that answers every update at once, and fails the test where an update is not one.</summary>
internal sealed class InstantTruto : HttpMessageHandler
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };
    private static readonly AsyncLocal<Counter?> Current = new();

    /// <summary>Counts the updates that whatever follows in this flow of control makes.</summary>
    public static Counter Count() => Current.Value = new Counter();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Assert.Equal(HttpMethod.Patch, request.Method);
        Assert.StartsWith("/unified/crm/users/", request.RequestUri!.AbsolutePath, StringComparison.Ordinal);
        Assert.Equal(4, request.RequestUri.AbsolutePath.Split('/').Length - 1);
        using var body = JsonDocument.Parse(await request.Content!.ReadAsByteArrayAsync(cancellationToken), Strict);
        Assert.Equal(JsonValueKind.Object, body.RootElement.ValueKind);
        Assert.NotEqual(0, body.RootElement.GetPropertyCount());
        Current.Value?.Add();
        return new HttpResponseMessage(HttpStatusCode.OK)
        {
            RequestMessage = request,
            Content = new StringContent("""{"id":"1","email":"a@example.com"}""", new MediaTypeHeaderValue("application/json")),
        };
    }

    internal sealed class Counter
    {
        private int count;

        public int Value => Volatile.Read(ref count);

        public void Add() => Interlocked.Increment(ref count);
    }
}
