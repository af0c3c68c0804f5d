using System.Text.Json;
using Truto.Sandbox;

namespace Benchmarks;

/// <summary>Other programs that take webhooks, set up for the same work.</summary>
internal static class Peers
{
    /// <summary>Node-RED: verify, map and send the update, as a flow of four nodes.</summary>
    /// <param name="address">Where it is to listen.</param>
    /// <param name="package">The folder in which npm has installed it.</param>
    /// <param name="folder">Where it may write.</param>
    /// <param name="truto">Truto's address.</param>
    internal static ServedProcess NodeRed(Uri address, string package, string folder, Uri truto)
    {
        var code =
            $$"""
            const given = Buffer.from(msg.req.headers['{{Workspace.SignatureHeader.ToLowerInvariant()}}'] || '', 'hex');
            const computed = crypto.createHmac('sha256', '{{Workspace.Secret}}').update(msg.payload).digest();
            if (given.length !== computed.length || !crypto.timingSafeEqual(given, computed)) { msg.statusCode = 401; msg.payload = ''; return [null, msg]; }
            const change = JSON.parse(msg.payload);
            msg.method = 'PATCH';
            msg.url = '{{truto}}unified/crm/users/' + encodeURIComponent(change.user) + '?integrated_account_id={{Workspace.Account}}';
            msg.headers = { authorization: 'Bearer {{SandboxOptions.DefaultToken}}', 'content-type': 'application/json' };
            msg.payload = JSON.stringify({ email: change.email, name: change.name });
            return [msg, null];
            """;
        object[] flow =
        [
            new { id = "tab", type = "tab", label = "bench" },
            new { id = "in", type = "http in", z = "tab", url = $"/api/webhooks/{Workspace.Source}", method = "post", skipBodyParsing = true, wires = new[] { new[] { "map" } } },
            new
            {
                id = "map", type = "function", z = "tab", func = code, outputs = 2, libs = new[] { new { var = "crypto", module = "crypto" } },
                wires = new[] { new[] { "send" }, ["out"] },
            },
            new { id = "send", type = "http request", z = "tab", method = "use", ret = "txt", persist = true, wires = new[] { new[] { "out" } } },
            new { id = "out", type = "http response", z = "tab", wires = Array.Empty<string[]>() },
        ];
        File.WriteAllText(Path.Combine(folder, "flow.json"), JsonSerializer.Serialize(flow));
        File.WriteAllText(
            Path.Combine(folder, "settings.js"),
            "module.exports = { flowFile: 'flow.json', uiHost: '127.0.0.1', httpAdminRoot: false, functionExternalModules: true, logging: { console: { level: 'fatal' } }, telemetry: { enabled: false } };");
        return new ServedProcess(
            address, "node", [Path.Combine(package, "node_modules", "node-red", "red.js"), "-u", folder, "-s", Path.Combine(folder, "settings.js"), "-p", $"{address.Port}"]);
    }

    /// <summary>adnanh/webhook: verify, and nothing else. A second rule that never fits keeps it from starting a program.</summary>
    /// <param name="address">Where it is to listen.</param>
    /// <param name="program">The program.</param>
    /// <param name="folder">Where it may write.</param>
    internal static ServedProcess Webhook(Uri address, string program, string folder)
    {
        var hooks = Path.Combine(folder, "hooks.json");
        File.WriteAllText(
            hooks,
            $$"""
            [{
              "id": "{{Workspace.Source}}", "execute-command": "/bin/false", "trigger-rule-mismatch-http-response-code": 200,
              "trigger-rule": { "and": [
                { "match": { "type": "payload-hmac-sha256", "secret": "{{Workspace.Secret}}", "parameter": { "source": "header", "name": "{{Workspace.SignatureHeader}}" } } },
                { "match": { "type": "value", "value": "never", "parameter": { "source": "header", "name": "X-Never" } } }
              ] }
            }]
            """);
        return new ServedProcess(address, program, ["-hooks", hooks, "-ip", "127.0.0.1", "-port", $"{address.Port}", "-urlprefix", "api/webhooks"]);
    }
}
