using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Net;
using System.Security;

namespace OpenAIStream;

/// <summary>A token from a script block, in protected memory, and how long it is used. No message contains it.</summary>
internal sealed class ProvidedToken(SecureString token, DateTimeOffset freshUntil)
{
    /// <summary>How long before its expiration a token is no longer used: long enough for a request that has just started.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    /// <summary>How long a token without an expiration time is used.</summary>
    private static readonly TimeSpan WithoutEnd = TimeSpan.FromMinutes(1);

    public bool IsFresh => DateTimeOffset.UtcNow < freshUntil;

    public string Open() => new NetworkCredential("", token).Password;

    /// <exception cref="InvalidOperationException">This is not a token.</exception>
    public static ProvidedToken From(PSObject?[] output)
    {
        var given = output.Where(static item => item is not null).ToArray();
        if (given.Length != 1)
        {
            throw new InvalidOperationException($"It returned {(given.Length == 0 ? "nothing" : $"{given.Length} objects")}; it must return one token.");
        }

        return Read(given[0]!.BaseObject) is SecureString plain ? new(plain, DateTimeOffset.UtcNow + WithoutEnd)
            : Property(given[0]!, "Token", "AccessToken", "access_token") is object value && Read(value) is SecureString token
                ? new(token, End(given[0]!) is DateTimeOffset end ? end - Margin : DateTimeOffset.UtcNow + WithoutEnd)
            : throw new InvalidOperationException("It returned neither a string, nor a SecureString, nor an object with a Token.");
    }

    private static SecureString? Read(object value) => value switch
    {
        string text => new NetworkCredential("", text.Trim()).SecurePassword,
        SecureString secure => secure.Copy(),
        _ => null,
    };

    private static DateTimeOffset? End(PSObject given) => Property(given, "expires_on", "ExpiresOn") switch
    {
        DateTimeOffset moment => moment,
        DateTime moment => new DateTimeOffset(moment),
        long seconds and > 0 and < 253_402_300_800 => DateTimeOffset.FromUnixTimeSeconds(seconds),
        string text when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var moment) => moment,
        _ => null,
    };

    private static object? Property(PSObject given, params string[] names)
    {
        object? value = names
            .Select(name => given.BaseObject is IDictionary fields ? fields[name] : given.Properties[name]?.Value)
            .FirstOrDefault(static value => value is not null);
        return PlainValue.Base(value);
    }
}
