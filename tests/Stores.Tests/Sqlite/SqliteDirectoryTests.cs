using Stores.Tests.Contract;

namespace Stores.Tests.Sqlite;

public sealed class SqliteDirectoryTests() : DirectoryContract(new SqliteFixture());
