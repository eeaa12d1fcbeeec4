using System.Collections;
using System.Management.Automation;
using System.Net;
using System.Security;

namespace OpenAIStream;

/// <summary>Keys by name from the vaults of SecretManagement, if that module is installed.</summary>
internal static class SecretVault
{
    private const string Call = "param($command, $arguments) & $command @arguments";

    /// <summary>The secret; without one, the error that says why.</summary>
    public static (SecureString? Secret, ErrorRecord? Error) Read(CommandInvocationIntrinsics session, string name, string? vault)
    {
        // Finding the command loads its module.
        if (session.GetCommand("Get-Secret", CommandTypes.Cmdlet | CommandTypes.Function) is not CommandInfo command)
        {
            return (null, Errors.SecretModuleMissing(name));
        }

        var arguments = new Hashtable { ["Name"] = name, ["ErrorAction"] = ActionPreference.Stop };
        if (vault is not null)
        {
            arguments["Vault"] = vault;
        }

        try
        {
            var found = session.NewScriptBlock(Call).Invoke(command, arguments).Where(static item => item is not null).ToArray();
            return found.Length == 0 ? (null, Errors.SecretNotFound(name, null))
                : found.Length == 1 && Read(found[0].BaseObject) is SecureString secret ? (secret, null)
                : (null, Errors.SecretNotText(name));
        }
        catch (RuntimeException exception) when (exception is not PipelineStoppedException)
        {
            return (null, Errors.SecretNotFound(name, exception));
        }
    }

    private static SecureString? Read(object secret) => secret switch
    {
        SecureString secure => secure,
        string text => new NetworkCredential("", text).SecurePassword,
        _ => null,
    };
}
