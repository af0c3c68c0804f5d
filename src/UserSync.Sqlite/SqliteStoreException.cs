namespace UserSync.Sqlite;

/// <summary>The database cannot be used, and the message says why and what to do.</summary>
/// <param name="message">Why, and what to do.</param>
/// <param name="innerException">What SQLite or the operating system says.</param>
public sealed class SqliteStoreException(string message, Exception? innerException = null) : Exception(message, innerException);
