using System.Globalization;
using System.Text.Json.Nodes;

namespace Server.Demo;

/// <summary>The deliveries of the demonstration: made-up people, in the shapes that vendors really send.</summary>
internal static class DemoSteps
{
    internal static IEnumerable<DemoStep> All(DateTimeOffset now)
    {
        var iso = Iso(now);
        var seconds = now.ToUnixTimeSeconds();
        var milliseconds = now.ToUnixTimeMilliseconds();

        var earlier = Iso(now - TimeSpan.FromMinutes(1));
        yield return new DemoStep("WorkOS says that a user was deactivated, and does not wait", "workos", WorkOs(iso, "event_01", "Amelia"), 200)
        {
            Outcome = "applied",
            Updates = 1,
        };

        yield return new DemoStep("An older change of the same user arrives late", "workos", WorkOs(earlier, "event_00", "Amy"), 200) { Outcome = "skipped" };

        yield return new DemoStep("Slack asks whether this address is ours", "slack", Json("""
            { "type": "url_verification", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P" }
            """), 200);

        yield return new DemoStep("Slack says that a member left", "slack", Json($$"""
            {
              "type": "event_callback", "event_id": "Ev08MFMKH6", "event_time": {{seconds}},
              "event": { "type": "user_change", "user": { "id": "U2CERLKJA", "deleted": true, "real_name": "Ben Okafor",
                "profile": { "email": "ben.okafor@example.com", "fields": { "XfCRMID": { "value": "ben-7" } } } } }
            }
            """), 200) { Updates = 1 };

        yield return new DemoStep("HubSpot sends two changes of one contact in one delivery", "hubspot", Json($$"""
            [
              { "eventId": 100, "subscriptionId": 12345, "portalId": 62515, "occurredAt": {{milliseconds - 2000}}, "subscriptionType": "contact.propertyChange",
                "objectId": 123, "propertyName": "email", "propertyValue": "chloe.martin@example.com" },
              { "eventId": 101, "subscriptionId": 12346, "portalId": 62515, "occurredAt": {{milliseconds - 1000}}, "subscriptionType": "contact.propertyChange",
                "objectId": 123, "propertyName": "lastname", "propertyValue": "Martin" }
            ]
            """), 200) { Updates = 2 };

        yield return new DemoStep("Auth0 says that a user was blocked; Salesforce answers nothing", "auth0", Auth0(iso, "evt_01", """ "given_name": "Dinah", """, "Weiss"), 200) { Updates = 1 };

        yield return new DemoStep("Auth0 leaves out a name that Salesforce requires on every update: completed from before", "auth0", Auth0(Iso(now.AddSeconds(1)), "evt_02", "", "Weiss-Okafor"), 200)
        {
            Updates = 1,
        };

        yield return new DemoStep("Wix sends a signed token (JWT)", "wix", Wix(iso), 200) { Updates = 1 };

        yield return new DemoStep("Clerk changes a primary e-mail", "clerk", Clerk(milliseconds, "fatima.rahman@example.com"), 200) { Updates = 1 };

        yield return new DemoStep("Clerk sends what the CRM does not take for an e-mail", "clerk", Clerk(milliseconds + 1, "not-an-address"), 422) { Updates = 1 };

        yield return new DemoStep("Somebody changes one byte of a signed delivery", "workos", WorkOs(iso, "event_02", "Amelia"), 401)
        {
            Tamper = draft =>
            {
                var body = draft.Body.ToArray();
                body[^2] ^= 1;
                draft.Body = body;
            },
        };
    }

    private static JsonNode WorkOs(string iso, string id, string firstName) => Json($$"""
        {
          "id": "{{id}}", "event": "dsync.user.updated", "created_at": "{{iso}}",
          "data": { "object": "directory_user", "id": "directory_user_01FAEAJC", "email": "amelia.ortiz@example.com", "first_name": "{{firstName}}",
            "last_name": "Ortiz", "state": "inactive", "custom_attributes": { "crm_user_id": "42" } }
        }
        """);

    private static JsonNode Auth0(string iso, string id, string givenName, string familyName) => Json($$"""
        {
          "specversion": "1.0", "type": "user.updated", "source": "urn:auth0:acme.us.auth0.com", "id": "{{id}}", "time": "{{iso}}",
          "data": { "object": { "user_id": "auth0|507f1f77", "email": "dinah.weiss@example.com", {{givenName}}
            "family_name": "{{familyName}}", "blocked": true, "app_metadata": { "salesforce_user_id": "0052400000AbCdEAAV" } } }
        }
        """);

    private static JsonNode Clerk(long milliseconds, string email) => Json($$"""
        {
          "type": "user.updated", "object": "event", "timestamp": {{milliseconds}},
          "data": { "id": "user_29w83sxm", "first_name": "Fatima", "last_name": "Rahman", "primary_email_address_id": "idn_2",
            "email_addresses": [ { "id": "idn_1", "email_address": "old@example.com" }, { "id": "idn_2", "email_address": "{{email}}" } ],
            "public_metadata": { "crm_user_id": "fatima" } }
        }
        """);

    /// <summary>Wix puts JSON as text into a claim, twice.</summary>
    private static JsonObject Wix(string iso)
    {
        var entity = Json($$"""
            {
              "id": "b65d9ac6", "slug": "updated", "entityId": "emil", "eventTime": "{{iso}}",
              "updatedEvent": { "currentEntity": { "revision": 4, "info": { "emails": { "items": [ { "email": "emil.larsen@example.com", "primary": true } ] } } } }
            }
            """);
        var data = new JsonObject { ["eventType"] = "wix.contacts.v4.contact_updated", ["instanceId"] = "2e9f6c1a", ["data"] = entity.ToJsonString() };
        return new JsonObject { ["data"] = data.ToJsonString() };
    }

    private static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static JsonNode Json(string json) => JsonNode.Parse(json)!;
}
