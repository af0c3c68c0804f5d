using UserSync.Configuration;

namespace UserSync.Secrets;

/// <summary>Reads names of secrets. What is not a name may be a value in the wrong place: it is never repeated.</summary>
internal static class SecretNames
{
    private const int MaxLength = 127;

    internal static IReadOnlyList<string> Read(Setting setting)
    {
        const string Remedy = "Write the name of a secret: letters, digits and dashes. Its value belongs into the secret store";
        var names = new List<string>();
        foreach (var item in setting.Items())
        {
            if (item.RequiredText(Remedy) is not { } name)
            {
                continue;
            }

            if (name.Length <= MaxLength && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-'))
            {
                names.Add(name);
            }
            else
            {
                item.Error("it is not the name of a secret", Remedy);
            }
        }

        return names;
    }
}
