namespace UserSync.Configuration;

/// <summary>Reads with which status a sender is told that all is well.</summary>
internal static class SuccessStatus
{
    private const int NoContent = 204;
    private const int ResetContent = 205;

    /// <summary>Whether an answer with this status may have a body.</summary>
    internal static bool AllowsBody(int status) => status is not (NoContent or ResetContent);

    /// <summary>Reads the member <c>status</c>, 200 where there is none, and reports bodies that it does not allow.</summary>
    /// <param name="settings">The settings of the answer.</param>
    /// <param name="bodies">The members that make a body.</param>
    internal static int Read(Setting settings, params IEnumerable<string> bodies)
    {
        var status = settings.Member("status").Integer(200, 299) ?? 200;
        foreach (var body in bodies.Select(settings.Member).Where(body => body.IsPresent && !AllowsBody(status)))
        {
            body.Error($"a status of {status} allows no body", "Remove it, or write another status");
        }

        return status;
    }
}
