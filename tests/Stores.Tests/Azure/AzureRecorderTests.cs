using Stores.Tests.Contract;

namespace Stores.Tests.Azure;

public sealed class AzureRecorderTests(AzuriteServer server) : RecorderContract(new AzureFixture(server));
