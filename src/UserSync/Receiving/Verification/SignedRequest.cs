using UserSync.Configuration;

namespace UserSync.Receiving.Verification;

/// <summary>What the schemes with a signature have in common: where it stands, what it is over, and how old it may be.</summary>
/// <param name="Header">Where the signatures stand.</param>
/// <param name="Content">What they are computed over.</param>
/// <param name="Timestamp">How old they may be; <see langword="null"/> where the sender signs no time.</param>
internal sealed record SignedRequest(SignatureHeader Header, SignedContent Content, TimestampRule? Timestamp)
{
    /// <summary>Signs content; <see langword="null"/> where the secret is not what the scheme expects.</summary>
    /// <param name="content">What is to be signed.</param>
    internal delegate byte[]? SignContent(ReadOnlySpan<byte> content);

    /// <summary>The settings of every scheme with a signature.</summary>
    internal static IReadOnlyList<string> SettingNames => ["scheme", "secrets", .. SignatureHeader.SettingNames, "content", "timestamp"];

    internal static SignedRequest? Read(Setting settings, bool mayHoldSecret = false)
    {
        var header = SignatureHeader.Read(settings);
        var content = SignedContentSetting.Read(settings.Member("content"), mayHoldSecret);
        var timestamp = TimestampRule.Read(settings.Member("timestamp"));
        if (header is null || content is null)
        {
            return null;
        }

        var request = new SignedRequest(header, content, timestamp);
        request.Check(settings);
        return request;
    }

    /// <summary>Takes the signatures out of a delivery, and settles what needs no secret.</summary>
    internal Verdict Take(Delivery delivery, out SignatureReading reading)
    {
        var verdict = Header.Take(delivery, out reading);
        return verdict == Verdict.Valid && Timestamp is not null ? Timestamp.Check(delivery, reading) : verdict;
    }

    /// <summary>Signs a delivery as the sender would: with its time, and over everything that is to be signed.</summary>
    /// <param name="draft">The delivery to be.</param>
    /// <param name="secret">The shared secret.</param>
    /// <param name="sign">Signs the content; <see langword="null"/> where the secret is not what the scheme expects.</param>
    internal void Sign(DeliveryDraft draft, string secret, SignContent sign)
    {
        IReadOnlyList<string> parts = Timestamp?.Put(draft) is { } timestamp ? [timestamp] : [];
        foreach (var name in Content.Headers.Where(name => !draft.Headers.ContainsKey(name)))
        {
            draft.Headers[name] = $"msg_{Guid.NewGuid():N}";
        }

        Content.PutDigest(draft);
        using var delivery = draft.ToDelivery();
        using var content = new ContentBuffer(draft.Body.Length);
        var reading = Header.Read(string.Join(Header.Separator, parts));
        if (Content.TryWrite(delivery, reading, secret, content) && sign(content.Written) is { } signature)
        {
            Header.Put(draft, signature, parts);
        }
    }

    private void Check(Setting settings)
    {
        if (!Header.HasParts && (Timestamp is { IsPart: true } || Content.SignatureParts.Any()))
        {
            settings.Member("key").Error(
                "it is missing, so the signature's header has no other parts that sig:KEY could name",
                "Write the key before the signature, for example \"v1\" in t=…,v1=…, and the separator");
        }
        else if (Timestamp is not null && !Timestamp.IsIn(Content))
        {
            settings.Member("timestamp").Error(
                "the time is not part of what is signed, so anybody could change it",
                "Add {header:NAME} or {sig:KEY} to \"content\" as the sender does, or remove \"timestamp\"");
        }
    }
}
