using System.Net;
using System.Text.RegularExpressions;
using UserSync.Configuration;

namespace UserSync.Fetching;

/// <summary>Reads addresses that are the operator's alone: no part of them ever comes from an event.</summary>
internal static partial class FixedAddress
{
    /// <summary>Reads a setting that holds such an address; reports one that cannot be called, or must not be.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="remedy">What to write.</param>
    /// <param name="allowsPrivate">Whether it may be in a private network.</param>
    /// <returns>The address; <see langword="null"/> where there is none.</returns>
    internal static Uri? Read(Setting setting, string remedy, bool allowsPrivate)
    {
        if (setting.RequiredText(remedy) is not { } text)
        {
            return null;
        }

        if (text.AsSpan().ContainsAny('{', '}'))
        {
            setting.Error("it is fixed: nothing of an event can stand in it", remedy);
            return null;
        }

        if (!Form().IsMatch(text) || !Uri.TryCreate(text, UriKind.Absolute, out var address)
            || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
        {
            setting.Error("it is not an https address of ASCII letters, without credentials, query, fragment or escapes", remedy);
            return null;
        }

        if (text[(text.IndexOf("//", StringComparison.Ordinal) + 2)..].Split('/').Any(segment => segment is "." or ".."))
        {
            setting.Error("it has a dot segment in its path", remedy);
            return null;
        }

        if (IsRefused(address, allowsPrivate, out var isPrivate))
        {
            setting.Error(
                isPrivate ? "it is in a private network" : "no source system is at such an address",
                isPrivate ? "Add \"allowPrivateAddresses\": true to \"fetch\" where that is meant" : remedy);
            return null;
        }

        return address;
    }

    /// <summary>Whether the host, where it says so itself, must not be called. A name says so only when it is called.</summary>
    private static bool IsRefused(Uri address, bool allowsPrivate, out bool isPrivate)
    {
        isPrivate = address.IsLoopback;
        if (IPAddress.TryParse(address.IdnHost, out var literal))
        {
            isPrivate = AddressGuard.Allows(literal, allowsPrivate: true);
            return !AddressGuard.Allows(literal, allowsPrivate);
        }

        return address.IsLoopback && !allowsPrivate;
    }

    [GeneratedRegex(
        @"^https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._~!$&'()*+,;=:@-]+)*/?$", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Form();
}
