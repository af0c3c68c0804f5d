using Truto.Crm;

namespace Truto.Tests.Support;

/// <summary>Clients for tests.</summary>
internal static class Clients
{
    public const string Token = "test-token";

    public static readonly CrmUserPatch Patch = new() { Email = "ada@example.com" };

    /// <summary>Options with the deadlines that <see cref="TestTime"/> knows.</summary>
    public static TrutoOptions Options(Uri? server = null, Action<TrutoOptions>? configure = null)
    {
        var options = new TrutoOptions
        {
            Token = _ => ValueTask.FromResult(Token),
            AttemptTimeout = TestTime.AttemptTimeout,
            OverallTimeout = TestTime.OverallTimeout,
        };
        options.BaseAddress = server ?? options.BaseAddress;
        configure?.Invoke(options);
        return options;
    }

    public static CrmUsersClient Users(this Server server, TimeProvider? time = null, Action<TrutoOptions>? configure = null) =>
        TrutoClient.Create(Options(server.Address, configure), time).CrmUsers;

    public static CrmUsersClient Users(this Script script, TimeProvider? time = null, Action<TrutoOptions>? configure = null) =>
        TrutoClient.Create(Options(configure: configure), time ?? new TestTime(), script).CrmUsers;
}
