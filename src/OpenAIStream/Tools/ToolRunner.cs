using System.Collections;
using System.Management.Automation;
using System.Runtime.ExceptionServices;

namespace OpenAIStream;

/// <summary>Runs tools in the session of the cmdlet. Arguments are bound by name as values: the text of the model is never part of a script.</summary>
/// <param name="cmdlet">The cmdlet.</param>
/// <param name="tools">The tools that the model can call; those without a command are not run here.</param>
internal sealed class ToolRunner(PSCmdlet cmdlet, IReadOnlyList<ChatTool> tools)
{
    // Errors, warnings and host output are returned with the output, in order; verbose messages and progress are separate.
    private const string Call = "param($command, $arguments) try { & $command @arguments 2>&1 3>&1 6>&1 } catch { $_ }";

    /// <summary>The rounds of a conversation with these tools.</summary>
    public ToolLoop NewLoop(int maximumRounds, int maximumCalls) => new(Run) { MaximumRounds = maximumRounds, MaximumCalls = maximumCalls, CanRun = tool => CommandOf(tool) is not null };

    private CommandInfo? CommandOf(ChatTool tool) =>
        tools.FirstOrDefault(known => known.Name == tool.Name) is ChatTool known ? CommandTool.CommandOf(known) : null;

    /// <summary>Runs a tool unless the user declines. Returns the text for the model.</summary>
    private string Run(ChatTool tool, JsonMap arguments)
    {
        string call = CallQuestion.Text(tool.Name, arguments);
        if (!cmdlet.ShouldProcess($"Calling the tool {call}", $"Call the tool {call}?", "The model requested a tool call"))
        {
            return "Not run: the user declined this call.";
        }

        var command = CommandOf(tool)!;
        Hashtable values;
        try
        {
            values = new ToolValues().Of(command, arguments, tool.Function?.Strict == true);
        }
        catch (ToolArgumentException exception)
        {
            return $"Error: {exception.Message}";
        }

        string[] missing = MandatoryParameters.Missing(command, values, [.. (tool.Function?.Parameters?["properties"] as JsonMap)?.GetFieldNames() ?? []]);
        return missing.Length > 0 ? $"Error: Missing: {string.Join(", ", missing)}." : Run(tool, command, values);
    }

    private string Run(ChatTool tool, CommandInfo command, Hashtable arguments)
    {
        // Nested, so that a break or exit in the tool ends only the tool; stopping the cmdlet stops it too.
        object? exitCode = ExitCode;
        ExitCode = null;
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddScript(Call, useLocalScope: true).AddArgument(command).AddArgument(arguments);
        var host = UnattendedHost.For(cmdlet.Host);
        var result = new ToolResult();
        var output = new PSDataCollection<PSObject>();
        ExceptionDispatchInfo? failure = null;
        output.DataAdded += (_, added) =>
        {
            try
            {
                Take(output[added.Index], result);
            }
            catch (Exception exception)
            {
                failure ??= ExceptionDispatchInfo.Capture(exception); // ours to throw, not for the tool to catch
                throw;
            }
        };
        try
        {
            shell.Invoke(null, output, host is null ? new PSInvocationSettings() : new PSInvocationSettings { Host = host }); // null would be refused
        }
        catch (RuntimeException exception) when (exception is not PipelineStoppedException && failure is null)
        {
            result.Add(exception.ErrorRecord);
        }
        finally
        {
            result.ExitCode = ExitCode as int? ?? 0;
            ExitCode ??= exitCode; // no native program ran: the value of the user stays
            failure?.Throw();
        }

        Tell(tool, host);

        return shell.InvocationStateInfo.State == PSInvocationState.Stopped ? throw new PipelineStoppedException() : result.ToString();
    }

    /// <summary>Reports what the tool prompted for in an unattended session.</summary>
    private void Tell(ChatTool tool, UnattendedHost? host)
    {
        foreach (string what in host?.Refused ?? [])
        {
            cmdlet.WriteWarning(SafeText.OneLine($"The tool '{tool.Name}' prompted for {what} in an unattended session. The prompt was refused. Supply what the tool needs in advance."));
        }

        if (host?.ExitCode is int code)
        {
            cmdlet.Host.SetShouldExit(code);
        }
    }

    private object? ExitCode
    {
        get => cmdlet.SessionState.PSVariable.GetValue("global:LASTEXITCODE");
        set => cmdlet.SessionState.PSVariable.Set("global:LASTEXITCODE", value);
    }

    private void Take(PSObject? item, ToolResult result)
    {
        switch (item?.BaseObject)
        {
            case WarningRecord warning:
                cmdlet.WriteWarning(warning.Message);
                break;
            case InformationRecord information:
                cmdlet.WriteInformation(information);
                break;
            case ErrorRecord error:
                result.Add(error);
                break;
            default:
                result.Add(item);
                break;
        }
    }
}
