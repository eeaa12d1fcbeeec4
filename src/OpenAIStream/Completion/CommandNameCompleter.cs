using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace OpenAIStream;

/// <summary>Completes the names of commands.</summary>
public sealed class CommandNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        CompletionCompleters.CompleteCommand(wordToComplete.Trim('\'', '"'), "", CommandTypes.Function | CommandTypes.Cmdlet);
}

/// <summary>Completes the parameters of the command in -Command.</summary>
public sealed class ParameterNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        WordCompleter.Matching(
            Find(Dictionaries.Unwrap(fakeBoundParameters["Command"]))?.Parameters.Keys.Where(static name => !PSCmdlet.CommonParameters.Contains(name)) ?? [],
            wordToComplete);

    private static CommandInfo? Find(object? command)
    {
        if (command is not string name)
        {
            return command as CommandInfo;
        }

        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell.AddCommand("Get-Command").AddParameter("Name", name).AddParameter("ErrorAction", ActionPreference.Ignore)
            .Invoke<CommandInfo>().FirstOrDefault();
    }
}
