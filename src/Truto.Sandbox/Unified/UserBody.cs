using System.Text.Json;
using System.Text.Unicode;
using Truto.Sandbox.Json;
using Truto.Sandbox.Providers;
using Truto.Sandbox.State;

namespace Truto.Sandbox.Unified;

/// <summary>The body of a create or an update, as far as a provider understands it.</summary>
internal sealed class UserBody
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    private readonly List<(string Field, string Message)> failures = [];
    private readonly List<string> ignored;
    private readonly ProviderShape provider;

    private UserBody(ProviderShape provider, List<string> ignored)
    {
        this.provider = provider;
        this.ignored = ignored;
    }

    public UserPatch Patch { get; } = new();

    /// <summary>What the provider itself has against the body.</summary>
    public ProviderProblem? Problem { get; private set; }

    /// <summary>Reads a body.</summary>
    /// <param name="request">The request, which is told the fields that are ignored.</param>
    /// <param name="provider">The provider.</param>
    /// <param name="refusal">Truto's answer where the body does not get as far as the provider.</param>
    public static UserBody? Read(UnifiedRequest request, ProviderShape provider, out Answer? refusal)
    {
        refusal = Check(request);
        if (refusal is not null)
            return null;
        try
        {
            using var document = JsonDocument.Parse(request.Body, Options);
            return Read(request, document.RootElement, provider, out refusal);
        }
        catch (JsonException)
        {
            refusal = Refusals.BadRequest("The request body is not valid JSON");
            return null;
        }
    }

    private static Answer? Check(UnifiedRequest request)
    {
        if (request.IsBodyTooLong)
            return Refusals.BodyTooLong;
        if (!request.IsJson)
            return Refusals.NotJson;
        return Utf8.IsValid(request.Body) ? null : Refusals.BadRequest("The request body is not valid UTF-8");
    }

    private static UserBody? Read(UnifiedRequest request, JsonElement root, ProviderShape provider, out Answer? refusal)
    {
        refusal = null;
        if (root.ValueKind != JsonValueKind.Object)
            refusal = Refusals.BadRequest("The request body must be a JSON object");
        else if (MayHaveLoneSurrogates(request.Body) && HasLoneSurrogates(root))
            refusal = Refusals.BadRequest("The request body has a text that is not valid Unicode");
        if (refusal is not null)
            return null;

        var body = new UserBody(provider, request.IgnoredFields);
        foreach (var member in root.EnumerateObject())
            body.Take(member.Name, member.Value);
        if (body.failures.Count > 0)
            refusal = Refusals.InvalidFields(body.failures);
        else if (Missing(root, provider) is { Count: > 0 } missing)
            refusal = Refusals.MissingFields(missing);
        if (refusal is not null)
            return null;

        if (root.TryGetProperty("remote_data", out var remoteData))
            body.TakeRemoteData(remoteData);
        if (body.Patch.Email is { } email && !email.Contains('@'))
            body.Problem ??= ProviderProblem.InvalidEmail(provider.EmailKey);
        return body;
    }

    private static List<string> Missing(JsonElement root, ProviderShape provider) =>
        [.. provider.Support.Required.Where(field => !root.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null)
            .Order(StringComparer.Ordinal)];

    private static bool MayHaveLoneSurrogates(ReadOnlySpan<byte> body) => body.IndexOf("\\ud"u8) >= 0 || body.IndexOf("\\uD"u8) >= 0;

    private static bool HasLoneSurrogates(JsonElement root)
    {
        try
        {
            // Throws where a name or a text is no valid Unicode; there is no way to ask.
            JsonText.Write(root, static (json, root) => root.WriteTo(json));
            return false;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    private void Take(string name, JsonElement value)
    {
        var field = UserFieldNames.Parse(name);
        if (field == UserFields.None || !provider.Accepted.HasFlag(field))
            ignored.Add(name);
        else if (field == UserFields.RemoteData)
            Expect(value.ValueKind == JsonValueKind.Object, name, field);
        else
            Expect(Patch.TrySet(field, value), name, field);
    }

    private void Expect(bool valid, string name, UserFields field)
    {
        if (!valid)
            failures.Add((name, $"must be {Expected(field)}"));
    }

    private static string Expected(UserFields field) => field switch
    {
        UserFields.RemoteData => "an object",
        UserFields.CustomFields => "an object or null",
        UserFields.IsActive => "a boolean or null",
        _ => "a string or null",
    };

    // remote_data goes to the provider as it is and comes after the mapped fields, so it wins over one of the same name; Truto does not
    // document which of the two does.
    private void TakeRemoteData(JsonElement remoteData)
    {
        foreach (var member in remoteData.EnumerateObject())
        {
            if (!provider.Knows(member.Name, out var field))
                Patch.SetRemote(member.Name, member.Value);
            else if (field == UserFields.None)
                ignored.Add($"remote_data.{member.Name}");
            else if (!Patch.TrySet(field, member.Value))
                Problem ??= ProviderProblem.InvalidType(member.Name);
        }
    }
}
