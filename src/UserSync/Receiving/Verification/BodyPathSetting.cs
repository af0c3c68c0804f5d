using UserSync.Configuration;
using UserSync.Receiving.Bodies;

namespace UserSync.Receiving.Verification;

/// <summary>Reads a place in a body.</summary>
internal static class BodyPathSetting
{
    internal static BodyPath? Read(Setting setting)
    {
        const string Remedy = "Write names with dots between them, and [] for every item of an array, for example \"value[].clientState\"";
        if (setting.RequiredText(Remedy) is not { } text)
        {
            return null;
        }

        if (BodyPath.TryParse(text, out var path))
        {
            return path;
        }

        setting.Error($"\"{text}\" is not a place in a body", Remedy);
        return null;
    }
}
