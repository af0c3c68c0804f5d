using Stores.Tests.Contract;

namespace Stores.Tests.Sqlite;

public sealed class SqliteOutcomeTests() : OutcomeContract(new SqliteFixture());
