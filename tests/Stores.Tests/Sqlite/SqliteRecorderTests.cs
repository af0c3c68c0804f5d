using Stores.Tests.Contract;

namespace Stores.Tests.Sqlite;

public sealed class SqliteRecorderTests() : RecorderContract(new SqliteFixture());
