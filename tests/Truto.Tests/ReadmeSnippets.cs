#pragma warning disable IDE0007, IDE0059, CA1303 // Written for readers of the README.
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Truto.Crm;
using Truto.Errors;
using Truto.Webhooks;

namespace Truto.Tests;

/// <summary>The README's snippets as the compiler sees them; <see cref="ReadmeTests"/> compares the two.</summary>
internal static class ReadmeSnippets
{
    public static async Task FirstCall()
    {
        var truto = TrutoClient.Create(new TrutoOptions
        {
            Token = _ => ValueTask.FromResult(Environment.GetEnvironmentVariable("TRUTO_API_TOKEN")!),
        });

        var response = await truto.CrmUsers.UpdateAsync(
            "23423523",
            new CrmUserPatch { Email = "ada@example.com", IsActive = true },
            new TrutoCall { IntegratedAccountId = "62f44730-dd91-461e-bd6a-aedd9e0ad79d" });

        Console.WriteLine(response.Value.UpdatedAt);
    }

    public static void Registration(IServiceCollection services, IVault vault)
    {
        services.AddTruto(options => options.Token = cancellation => vault.GetTokenAsync(cancellation));
    }

    public static void ThreeStates()
    {
        var patch = new CrmUserPatch
        {
            Name = "Ada Lovelace",                                  // "name": "Ada Lovelace"
            Email = null,                                           // "email": null
            CustomFields = new JsonObject { ["tier"] = "gold" },    // "custom_fields": { "tier": "gold" }
        };                                                          // and nothing else
    }

    public static void Support()
    {
        var required = CrmUserSupport.Current.Find("salesforce")?.Required;     // email, first_name, last_name
    }

    public static async Task Streams(TrutoClient truto, string id, CrmUserPatch patch, TrutoCall call, Stream file)
    {
        await using var stream = await truto.CrmUsers.UpdateStreamAsync(id, patch, call);
        await stream.Content.CopyToAsync(file);
    }

    public static async Task Json(TrutoClient truto, string id, TrutoCall call)
    {
        var answer = await truto.CrmUsers.UpdateJsonAsync(id, """{"email":"ada@example.com"}"""u8.ToArray(), CrmUserFormat.Unified, call);
    }

    public static async Task Errors(TrutoClient truto, string id, CrmUserPatch patch, TrutoCall call)
    {
        try
        {
            await truto.CrmUsers.UpdateAsync(id, patch, call);
        }
        catch (TrutoException exception) when (exception.Cause is TrutoErrorCause.ReauthenticationRequired)
        {
            AskUserToReconnect(call.IntegratedAccountId);
        }
        catch (TrutoException exception) when (exception.IsTransient)
        {
            TryAgainAfter(exception.RetryAfter ?? TimeSpan.FromMinutes(1));
        }
    }

    public static async Task Lists(TrutoClient truto, DateTimeOffset since, TrutoCall call)
    {
        await foreach (var user in truto.CrmUsers.ListAsync(new CrmUserQuery { UpdatedAfter = since }, call))
        {
            Console.WriteLine(user.Id);
        }
    }

    public static IResult Webhooks(byte[] body, HttpRequest request, string[] secrets)
    {
        var verdict = TrutoWebhook.Verify(body, request.Headers[TrutoWebhook.SignatureHeader], secrets);
        if (verdict is not WebhookVerdict.Valid)
        {
            return Results.Unauthorized();
        }

        return Results.Ok();
    }

    private static void AskUserToReconnect(string? account) => Console.WriteLine(account);

    private static void TryAgainAfter(TimeSpan wait) => Console.WriteLine(wait);

    /// <summary>Where the reader's tokens are.</summary>
    internal interface IVault
    {
        ValueTask<string> GetTokenAsync(CancellationToken cancellationToken);
    }
}
