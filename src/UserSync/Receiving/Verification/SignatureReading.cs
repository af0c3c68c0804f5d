namespace UserSync.Receiving.Verification;

/// <summary>What a delivery's header holds: one or more signatures, and other parts such as Stripe's <c>t</c>.</summary>
/// <param name="header">Where it stands, and how it is written.</param>
/// <param name="value">Its value.</param>
internal readonly struct SignatureReading(SignatureHeader header, string value)
{
    /// <summary>How much room a decoded signature can take.</summary>
    internal int Room => value.Length;

    /// <summary>The signatures, each of them decoded in its turn.</summary>
    /// <param name="room">Where to.</param>
    internal Signatures Decode(Span<byte> room) => new(header, value, room);

    /// <summary>Another part of the header; <see langword="false"/> where it is missing.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="text">Its value.</param>
    internal bool TryPart(ReadOnlySpan<char> name, out ReadOnlySpan<char> text)
    {
        text = default;
        if (!header.HasParts)
        {
            return false;
        }

        foreach (var part in new HeaderParts(value, header.Separator))
        {
            var equals = part.IndexOf('=');
            if (equals > 0 && part[..equals].Trim().SequenceEqual(name))
            {
                text = part[(equals + 1)..].Trim();
                return true;
            }
        }

        return false;
    }

    /// <summary>The kind; never what it holds.</summary>
    public override string ToString() => nameof(SignatureReading);

    /// <summary>The signatures of a header, one after the other.</summary>
    internal ref struct Signatures
    {
        private readonly SignatureHeader header;
        private readonly Span<byte> room;
        private HeaderParts parts;

        internal Signatures(SignatureHeader header, string value, Span<byte> room)
        {
            this.header = header;
            this.room = room;
            parts = new HeaderParts(value, header.Separator);
        }

        /// <summary>The signature, until the next one is decoded.</summary>
        public ReadOnlySpan<byte> Current { get; private set; }

        /// <summary>The same, for <see langword="foreach"/>.</summary>
        public readonly Signatures GetEnumerator() => this;

        /// <summary>Decodes the next signature. What is none is passed over.</summary>
        public bool MoveNext()
        {
            while (parts.MoveNext())
            {
                var text = header.SignatureIn(parts.Current);
                if (Encodings.TryDecode(text, header.Encoding, room, out var length))
                {
                    Current = room[..length];
                    return true;
                }
            }

            return false;
        }
    }
}
