using System.CommandLine;
using Spectre.Console;
using UserSync.Receiving.Verification;
using UserSync.Secrets;
using UserSync.Sources;

namespace Server.Commands;

/// <summary><c>send SOURCE FILE</c>: signs a delivery as the source's vendor does, and sends it.</summary>
internal static class SendCommand
{
    internal static Command Create(Option<string?> sources, IAnsiConsole console)
    {
        var name = new Argument<string>("SOURCE") { Description = "The name of the source" };
        var file = new Argument<FileInfo>("FILE") { Description = "A file with the body of a delivery" };
        var server = ServerOption.Create();
        var headers = new Option<string[]>("--header", "-H") { Description = "A header of the delivery, as \"Name: value\"; may be repeated" };
        var command = new Command("send", "Sign a delivery as the source's vendor does, and send it") { name, file, server, headers };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var app = ServerHost.Build(ServerHost.Settings(parsed.GetValue(sources)));
            var catalog = app.Services.GetRequiredService<SourceCatalog>();
            if (catalog.Find(parsed.GetRequiredValue(name)) is not { } source)
            {
                return MapCommand.Missing(console, catalog, parsed.GetRequiredValue(name));
            }

            if (source.Verifier is not ISigner signer)
            {
                console.MarkupLineInterpolated($"[red]Only the vendor can sign for {source.Name}.[/]");
                return 1;
            }

            if (source.Verifier.Secrets.Count > 0 && await SecretAsync(app.Services, source, cancellationToken) is not { })
            {
                console.MarkupLineInterpolated($"[red]The secret {source.Verifier.Secrets[0]} has no value here: set {ConfigurationSecretStore.VariableFor(source.Verifier.Secrets[0])}.[/]");
                return 1;
            }

            var address = new Uri(parsed.GetRequiredValue(server), $"/api/webhooks/{source.Name}");
            var draft = new DeliveryDraft
            {
                Url = source.PublicUrl?.AbsoluteUri ?? address.AbsoluteUri,
                Body = await File.ReadAllBytesAsync(parsed.GetRequiredValue(file).FullName, cancellationToken),
                SignedAt = app.Services.GetRequiredService<TimeProvider>().GetUtcNow(),
            };
            foreach (var header in parsed.GetValue(headers) ?? [])
            {
                var colon = header.IndexOf(':', StringComparison.Ordinal);
                draft.Headers[colon < 0 ? header : header[..colon].Trim()] = colon < 0 ? string.Empty : header[(colon + 1)..].Trim();
            }

            signer.Sign(draft, await SecretAsync(app.Services, source, cancellationToken) ?? string.Empty);
            return await SendAsync(console, draft, address, cancellationToken);
        });
        return command;
    }

    private static async Task<string?> SecretAsync(IServiceProvider services, Source source, CancellationToken cancellationToken)
    {
        var secrets = services.GetRequiredService<ISecretStore>();
        return await UsableSecrets.ReadAsync([source.Verifier.Secrets[0]], secrets, cancellationToken) is [var secret, ..] ? secret : null;
    }

    private static async Task<int> SendAsync(IAnsiConsole console, DeliveryDraft draft, Uri address, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, address.AbsoluteUri + draft.FullUrl[draft.Url.Length..]) { Content = new ReadOnlyMemoryContent(draft.Body) };
        draft.Headers.TryAdd("Content-Type", "application/json");
        foreach (var (name, value) in draft.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            console.MarkupLineInterpolated($"[bold]{(int)response.StatusCode}[/]");
            console.WriteLine(await response.Content.ReadAsStringAsync(cancellationToken));
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (HttpRequestException exception)
        {
            console.MarkupLineInterpolated($"[red]There is no answer from {address}: {exception.Message}[/]");
            return 1;
        }
    }
}
