using Stores.Tests.Contract;

namespace Stores.Tests.Azure;

public sealed class AzureLedgerTests(AzuriteServer server) : LedgerContract(new AzureFixture(server));
