using UserSync.Configuration;

namespace UserSync.Receiving.Verification;

/// <summary>What the schemes with a signature have in common: where it stands, what it is over, and how old it may be.</summary>
/// <param name="Header">Where the signatures stand.</param>
/// <param name="Content">What they are computed over.</param>
/// <param name="Timestamp">How old they may be; <see langword="null"/> where the sender signs no time.</param>
internal sealed record SignedRequest(SignatureHeader Header, SignedContent Content, TimestampRule? Timestamp)
{
    /// <summary>The settings of every scheme with a signature.</summary>
    internal static IReadOnlyList<string> SettingNames => ["scheme", "secrets", .. SignatureHeader.SettingNames, "content", "timestamp"];

    internal static SignedRequest? Read(Setting settings, bool mayHoldSecret = false)
    {
        var header = SignatureHeader.Read(settings);
        var content = SignedContentSetting.Read(settings.Member("content"), mayHoldSecret);
        var timestamp = TimestampRule.Read(settings.Member("timestamp"));
        return header is null || content is null ? null : new SignedRequest(header, content, timestamp);
    }

    /// <summary>Takes the signatures out of a delivery, and settles what needs no secret.</summary>
    internal Verdict Take(Delivery delivery, out SignatureHeader.Reading reading)
    {
        reading = Header.Take(delivery);
        return reading.Verdict == Verdict.Valid && Timestamp is not null ? Timestamp.Check(delivery, reading) : reading.Verdict;
    }
}
