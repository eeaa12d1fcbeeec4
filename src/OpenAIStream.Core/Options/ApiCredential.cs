using System.Runtime.InteropServices;
using System.Security;

namespace OpenAIStream;

/// <summary>A credential: a key, or tokens from a function. It never shows its value.</summary>
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

    /// <summary>Creates a credential from a key.</summary>
    /// <exception cref="ApiConfigurationException">The key is empty, or contains characters that a header cannot have.</exception>
    public static ApiCredential FromKey(string key)
    {
        Guard.NotNull(key, nameof(key));
        var value = Task.FromResult(HeaderRules.CheckKey(key.Trim()));
        return new ApiCredential("key", _ => value);
    }

    /// <summary>Creates a credential from a key in protected memory, which is decrypted only for each request.</summary>
    /// <exception cref="ApiConfigurationException">The key is empty, or contains characters that a header cannot have.</exception>
    public static ApiCredential FromKey(SecureString key)
    {
        Guard.NotNull(key, nameof(key));
        var copy = key.Copy();
        copy.MakeReadOnly();
        HeaderRules.CheckKey(Open(copy));
        return new ApiCredential("key", _ => Task.FromResult(Open(copy)));
    }

    /// <summary>
    /// Creates a credential from a function that returns tokens and is called before each attempt. If it throws, the call
    /// is not retried: it ends with an <see cref="ApiConfigurationException"/> that contains the exception. A canceled call
    /// does not wait for it.
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

    /// <summary>Whether it supplies tokens of an identity service instead of the service's own key.</summary>
    internal bool IsToken => _kind == TokenKind;

    /// <summary>The kind of credential; never its value.</summary>
    public override string ToString() => _kind;

    internal Task<string> GetAsync(CancellationToken stop) => _get(stop);

    private static string Open(SecureString key)
    {
        IntPtr memory = Marshal.SecureStringToGlobalAllocUnicode(key);
        try
        {
            return Marshal.PtrToStringUni(memory, key.Length).Trim(); // by its length, so that a NUL does not hide the rest
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(memory);
        }
    }
}
