using System.CommandLine;

namespace Server.Commands;

/// <summary>Which server a command talks to.</summary>
internal static class ServerOption
{
    internal static Option<Uri> Create() => new("--server")
    {
        Description = "The address of the server",
        DefaultValueFactory = _ => new Uri(ServeCommand.DefaultUrl),
        CustomParser = argument =>
        {
            var text = argument.Tokens[0].Value;
            if (Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps))
            {
                return address;
            }

            argument.AddError($"\"{text}\" is not the address of a server; write for example {ServeCommand.DefaultUrl}.");
            return null;
        },
    };
}
