using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Server.Operator;
using Spectre.Console;
using UserSync.Secrets;

namespace Server.Commands;

/// <summary>Talks to a running server, here or in Azure, as its operator.</summary>
internal sealed class OperatorClient
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Option<Uri> server = ServerOption.Create();
    private readonly Option<string?> key = new("--key") { Description = $"The operator's key [default: the secret {OperatorAccess.KeySecret}]" };
    private readonly IAnsiConsole console;

    internal OperatorClient(Command command, IAnsiConsole console)
    {
        this.console = console;
        command.Options.Add(server);
        command.Options.Add(key);
    }

    /// <summary>Sends a request and shows the answer; the exit code says whether it was a good one.</summary>
    internal async Task<int> ShowAsync(ParseResult parsed, HttpMethod method, string path, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(parsed.GetRequiredValue(server), path));
        if (await KeyAsync(parsed, cancellationToken) is { } secret)
        {
            request.Headers.TryAddWithoutValidation(OperatorAccess.KeyHeader, secret);
        }

        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            console.WriteLine(Indent(await response.Content.ReadAsStringAsync(cancellationToken)));
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (HttpRequestException exception)
        {
            console.MarkupLineInterpolated($"[red]There is no answer from {parsed.GetRequiredValue(server)}: {exception.Message}[/]");
            return 1;
        }
    }

    /// <summary>A query of what was given and nothing else.</summary>
    internal static string Query(params (string Name, string? Value)[] parameters)
    {
        var query = new StringBuilder();
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
            {
                query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        return query.ToString();
    }

    private static string Indent(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return JsonSerializer.Serialize(document.RootElement, Readable);
        }
        catch (JsonException)
        {
            return json;
        }
    }

    private async Task<string?> KeyAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(key) is { } given)
        {
            return given;
        }

        var configuration = new ConfigurationBuilder().AddUserSecrets(typeof(OperatorClient).Assembly, optional: true).AddEnvironmentVariables().Build();
        return await new ConfigurationSecretStore(configuration).GetAsync(OperatorAccess.KeySecret, cancellationToken) is [var known, ..] ? known : null;
    }
}
