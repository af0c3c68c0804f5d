namespace UserSync.Fetching;

/// <summary>A name whose addresses are all in networks that a fetch must not go to.</summary>
internal sealed class AddressRefusedException() : IOException("The host has no address that may be connected to.");
