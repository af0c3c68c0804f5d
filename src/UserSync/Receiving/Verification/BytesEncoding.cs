namespace UserSync.Receiving.Verification;

/// <summary>How bytes are written as text.</summary>
internal enum BytesEncoding
{
    /// <summary>Two hexadecimal digits a byte, in either case.</summary>
    Hex,

    /// <summary>Base64, padded or not.</summary>
    Base64,

    /// <summary>Base64 with the alphabet that is safe in addresses, padded or not.</summary>
    Base64Url,

    /// <summary>Hex or base64, told apart by what fits: Truto's documents say hex, its customers decode base64.</summary>
    HexOrBase64,
}
