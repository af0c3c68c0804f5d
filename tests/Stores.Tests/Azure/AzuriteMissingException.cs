namespace Stores.Tests.Azure;

/// <summary>There is no Azurite that runs here, and none can be installed.</summary>
public sealed class AzuriteMissingException(string message) : Exception(message);
