using Stores.Tests.Contract;

namespace Stores.Tests.Sqlite;

public sealed class SqliteIntakeTests() : IntakeContract(new SqliteFixture());
