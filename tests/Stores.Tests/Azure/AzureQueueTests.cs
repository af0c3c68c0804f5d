using Stores.Tests.Contract;

namespace Stores.Tests.Azure;

public sealed class AzureQueueTests(AzuriteServer server) : QueueContract(new AzureFixture(server));
