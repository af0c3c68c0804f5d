using Stores.Tests.Contract;

namespace Stores.Tests.Sqlite;

public sealed class SqliteQueueTests() : QueueContract(new SqliteFixture());
