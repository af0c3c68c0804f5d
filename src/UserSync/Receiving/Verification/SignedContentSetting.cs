using UserSync.Configuration;

namespace UserSync.Receiving.Verification;

/// <summary>Reads what a signature is computed over.</summary>
internal static class SignedContentSetting
{
    private const string Remedy = "Write a template of {body}, {method}, {url}, {header:NAME}, {sig:KEY}, {form_sorted} and literals";

    internal static SignedContent? Read(Setting setting, bool mayHoldSecret)
    {
        if (!SignedContent.TryParse(setting.Text(Remedy) ?? "{body}", out var content, out var problem))
        {
            setting.Error(problem, Remedy);
            return null;
        }

        if (content.LeavesBodyOut)
        {
            setting.Error("the body is not signed, so anybody could change it", "Add {body}, or {url}{form_sorted} for signed forms");
        }

        if (content.UsesSecret != mayHoldSecret)
        {
            setting.Error(
                mayHoldSecret ? "a digest without its secret proves nothing" : "{secret} is not part of what is signed here: it is the key",
                mayHoldSecret ? "Add {secret}" : "Remove {secret}");
        }

        return content;
    }
}
