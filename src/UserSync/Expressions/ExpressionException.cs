namespace UserSync.Expressions;

/// <summary>An expression that cannot be compiled or evaluated. The message never quotes the event.</summary>
public sealed class ExpressionException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong with the expression.</param>
    /// <param name="inner">What the evaluator said.</param>
    public ExpressionException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
