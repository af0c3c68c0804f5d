using Stores.Tests.Contract;

namespace Stores.Tests.Azure;

public sealed class AzureOutcomeTests(AzuriteServer server) : OutcomeContract(new AzureFixture(server));
