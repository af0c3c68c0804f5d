using Stores.Tests.Contract;

namespace Stores.Tests.Azure;

public sealed class AzureDirectoryTests(AzuriteServer server) : DirectoryContract(new AzureFixture(server));
