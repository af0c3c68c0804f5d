using Stores.Tests.Contract;

namespace Stores.Tests.Azure;

public sealed class AzureIntakeTests(AzuriteServer server) : IntakeContract(new AzureFixture(server));
