using System.Runtime.InteropServices;
using System.Security;

namespace OpenAIStream;

/// <summary>As whom to ask: a key, or tokens from a function. It shows its value to nobody.</summary>
public sealed class ApiCredential
{
    private const string TokenKind = "token";

    private readonly Func<CancellationToken, Task<string>> _get;
    private readonly string _kind;

    private ApiCredential(string kind, Func<CancellationToken, Task<string>> get)
    {
        _kind = kind;
        _get = get;
    }

    /// <summary>A key.</summary>
    /// <exception cref="ApiConfigurationException">The key is empty, or holds characters that no header can carry.</exception>
    public static ApiCredential FromKey(string key)
    {
        Guard.NotNull(key, nameof(key));
        var value = Task.FromResult(HeaderRules.CheckKey(key.Trim()));
        return new ApiCredential("key", _ => value);
    }

    /// <summary>A key in protected memory; it is opened for each request alone.</summary>
    /// <exception cref="ApiConfigurationException">The key is empty, or holds characters that no header can carry.</exception>
    public static ApiCredential FromKey(SecureString key)
    {
        Guard.NotNull(key, nameof(key));
        var copy = key.Copy();
        copy.MakeReadOnly();
        HeaderRules.CheckKey(Open(copy));
        return new ApiCredential("key", _ => Task.FromResult(Open(copy)));
    }

    /// <summary>
    /// Tokens from a function, which is asked before each attempt. What it throws is not retried: the call ends with an
    /// <see cref="ApiConfigurationException"/> that holds it. A cancelled call does not wait for it.
    /// </summary>
    public static ApiCredential FromTokens(Func<CancellationToken, Task<string>> provider)
    {
        Guard.NotNull(provider, nameof(provider));
        return new ApiCredential(TokenKind, async stop =>
        {
            string token;
            try
            {
                token = await provider(stop).OrStopped(stop).ConfigureAwait(false);
            }
            catch (Exception exception) when (!(exception is OperationCanceledException && stop.IsCancellationRequested))
            {
                throw new ApiConfigurationException($"The token provider failed: {exception.Message}", exception);
            }

            return HeaderRules.CheckKey(token);
        });
    }

    /// <summary>Whether it gives tokens of an identity service rather than the service's own key.</summary>
    internal bool IsToken => _kind == TokenKind;

    /// <summary>The kind of credential; never its value.</summary>
    public override string ToString() => _kind;

    internal Task<string> GetAsync(CancellationToken stop) => _get(stop);

    private static string Open(SecureString key)
    {
        IntPtr memory = Marshal.SecureStringToGlobalAllocUnicode(key);
        try
        {
            return Marshal.PtrToStringUni(memory, key.Length).Trim(); // by its length: a NUL is not to hide the rest
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(memory);
        }
    }
}
