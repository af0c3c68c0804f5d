using Truto.Sandbox.Providers;

namespace Truto.Sandbox.State;

/// <summary>An account as it was put in, with its provider.</summary>
internal sealed record AccountSettings(SandboxAccount Account, ProviderShape Provider);
