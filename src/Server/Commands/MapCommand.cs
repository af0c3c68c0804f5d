using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Primitives;
using Spectre.Console;
using UserSync.Fetching;
using UserSync.Mapping;
using UserSync.Previews;
using UserSync.Receiving.Events;
using UserSync.Sources;

namespace Server.Commands;

/// <summary><c>map SOURCE FILE</c>: what a delivery would become. Nothing is verified, and nothing is sent.</summary>
internal static class MapCommand
{
    internal static Command Create(Option<string?> sources, IAnsiConsole console)
    {
        var name = new Argument<string>("SOURCE") { Description = "The name of the source" };
        var file = new Argument<FileInfo>("FILE") { Description = "A file with the body of a delivery" };
        var headers = new Option<string[]>("--header", "-H") { Description = "A header of the delivery, as \"Name: value\"; may be repeated" };
        var record = new Option<FileInfo>("--record") { Description = "A file with what the source system answers, for a source that fetches records" };
        record.AcceptExistingOnly();
        var command = new Command("map", "Show the patches that a delivery would become; nothing is sent") { name, file, headers, record };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var app = ServerHost.Build(ServerHost.Settings(parsed.GetValue(sources)));
            var catalog = app.Services.GetRequiredService<SourceCatalog>();
            var path = parsed.GetRequiredValue(file);
            if (catalog.Find(parsed.GetRequiredValue(name)) is not { } source)
            {
                return Missing(console, catalog, parsed.GetRequiredValue(name));
            }

            if (!path.Exists)
            {
                console.MarkupLineInterpolated($"[red]There is no file {path.FullName}.[/]");
                return 1;
            }

            var body = await File.ReadAllBytesAsync(path.FullName, cancellationToken);
            using var delivery = TrialDelivery.To(source, Parse(parsed.GetValue(headers) ?? []), body, TimeProvider.System.GetUtcNow());
            var fetched = await ReadRecordAsync(parsed.GetValue(record), cancellationToken);
            return Show(console, source, source.Events.Read(delivery, source.Verifier.BodyCredentials), fetched);
        });
        return command;
    }

    internal static int Missing(IAnsiConsole console, SourceCatalog catalog, string name)
    {
        foreach (var finding in catalog.Findings.Errors)
        {
            FindingText.Write(console, finding);
        }

        console.MarkupLineInterpolated($"[red]There is no source \"{name}\" that can run.[/] There are: {string.Join(", ", catalog.All)}");
        return 1;
    }

    private static HeaderDictionary Parse(IEnumerable<string> headers)
    {
        var parsed = new HeaderDictionary();
        foreach (var header in headers)
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            parsed[colon < 0 ? header : header[..colon].Trim()] = colon < 0 ? StringValues.Empty : header[(colon + 1)..].Trim();
        }

        return parsed;
    }

    private static int Show(IAnsiConsole console, Source source, EventBatch batch, FetchedRecord? record)
    {
        if (batch.Rejection is { } rejection)
        {
            console.MarkupLineInterpolated($"[red]{rejection.Reason}[/]");
            return 1;
        }

        var failed = 0;
        foreach (var change in batch.Events)
        {
            failed += Show(console, source, change, record) ? 0 : 1;
        }

        return failed == 0 ? 0 : 1;
    }

    private static bool Show(IAnsiConsole console, Source source, ChangeEvent change, FetchedRecord? record)
    {
        console.MarkupLineInterpolated($"[bold]event {change.Id}[/] {change.Type} at {change.OccurredAt:yyyy-MM-ddTHH:mm:ss.fffZ}");
        var preview = EventPreview.Of(source, change, record);
        if (preview.Address is { } address)
        {
            console.MarkupLineInterpolated($"  fetches {address}");
            console.MarkupLineInterpolated($"  event  {change.Data.GetRawText()}");
        }

        if (preview.LacksRecord)
        {
            console.MarkupLine("  record [yellow]none[/]: put what that answers into a file, as JSON, and name it with --record");
            return false;
        }

        if (preview.Address is not null)
        {
            console.MarkupLineInterpolated($"  record {record!.Data.GetRawText()}");
        }

        if (preview.Skipped is { } reason)
        {
            console.MarkupLine(reason == "filtered" ? "  [yellow]skipped[/]: the source's \"when\" does not take it" : "  [yellow]skipped[/]: the record is gone");
            return true;
        }

        if (preview.User is { } user)
        {
            Show(console, source, user);
            var table = new Table().Border(TableBorder.Minimal).AddColumns("field", "value", "expression");
            foreach (var field in user.Patch.Fields)
            {
                table.AddRow(Markup.Escape(field.Name.ToString()), Markup.Escape(field.Value.GetRawText()), Markup.Escape(field.Expression));
            }

            console.Write(table);
        }

        foreach (var problem in preview.Problems)
        {
            console.MarkupLineInterpolated($"  [red]{problem}[/]");
        }

        return preview.Problems.Count == 0;
    }

    /// <summary>Shows who is to be updated, or whom to look for: the directory is not asked.</summary>
    private static void Show(IAnsiConsole console, Source source, MappedUser user)
    {
        var where = $"of account {source.Truto.Account} ({source.Mapping.Provider})";
        if (user.Search is not { } search)
        {
            console.MarkupLineInterpolated($"  PATCH user {user.UserId} {where}");
            return;
        }

        if (search.Person is { } person)
        {
            var linked = source.Mapping.Find!.Links?.Find(person);
            console.MarkupLineInterpolated($"  person {person}: {(linked is null ? "not in a table of links" : $"linked to user {linked}")}");
            if (linked is not null)
            {
                console.MarkupLineInterpolated($"  PATCH user {linked} {where}");
                return;
            }
        }

        var missing = source.Mapping.Find!.Missing.ToString().ToLowerInvariant();
        if (search.Value is { } value)
        {
            console.MarkupLineInterpolated($"  PATCH the user {where} whose {value.Field} is {value.Text}, without regard to case; if missing: {missing}");
            console.MarkupLine("  [yellow]nobody was looked for[/]: this command does not call Truto");
        }
    }

    /// <summary>The record in a file; nothing where none is named, or it holds no JSON.</summary>
    private static async Task<FetchedRecord?> ReadRecordAsync(FileInfo? file, CancellationToken cancellationToken)
    {
        try
        {
            return file is null ? null : new FetchedRecord(JsonElement.Parse(await File.ReadAllBytesAsync(file.FullName, cancellationToken)), TimeProvider.System.GetUtcNow());
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
