using Stores.Tests.Contract;

namespace Stores.Tests.Sqlite;

public sealed class SqliteLedgerTests() : LedgerContract(new SqliteFixture());
