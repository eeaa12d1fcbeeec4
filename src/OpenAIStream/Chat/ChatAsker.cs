using System.Collections;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>The result of a request.</summary>
/// <param name="Turn">The messages and answers of the turn.</param>
/// <param name="Errors">The errors.</param>
/// <param name="IsStopped">Whether Ctrl+C stopped it.</param>
/// <param name="Typed">What the user typed in the meantime.</param>
internal sealed record ChatAnswer(TurnMessages Turn, IReadOnlyList<ErrorRecord> Errors, bool IsStopped, string Typed)
{
    public bool IsWhole => Errors.Count == 0 && !IsStopped;
}

/// <summary>
/// Sends a request as a user would at the prompt: <c>Invoke-OpenAIChatCompletion -Stream | Show-OpenAIStream -Summary</c>, or
/// the same with Invoke-OpenAIResponse. A chat therefore streams, confirms and fails as these cmdlets do.
/// </summary>
/// <param name="cmdlet">The chat's cmdlet.</param>
/// <param name="settings">The settings of its requests.</param>
/// <param name="reader">Reads answers to questions.</param>
/// <param name="hasKeyboard">Whether to watch the keyboard for Ctrl+C.</param>
internal sealed class ChatAsker(PSCmdlet cmdlet, ChatSettings settings, LineReader reader, bool hasKeyboard)
{
    // The list $chunks keeps what has arrived, even if the pipeline is stopped.
    private const string Call = "param($ask, $arguments, $chunks, $show, $look) & $ask @arguments -OutVariable +chunks | & $show @look";

    public ChatAnswer Ask(ChatState state, ChatMessage message)
    {
        var chunks = new ArrayList();
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddScript(Call, useLocalScope: true)
            .AddArgument(settings.Command(cmdlet, settings.AskingCmdlet)).AddArgument(Arguments(state, message)).AddArgument(chunks)
            .AddArgument(settings.Command(cmdlet, "Show-OpenAIStream")).AddArgument(settings.Look);
        bool isStopped = false;
        Action stop = () =>
        {
            isStopped = true;
            shell.BeginStop(null, null);
        };
        using var keys = hasKeyboard ? new KeyWatch(stop) : null;
        var host = new ChatHost(cmdlet.Host, keys, reader, stop);
        var errors = new List<ErrorRecord>();
        keys?.Start();
        try
        {
            shell.Invoke(null, new PSInvocationSettings { Host = host });
        }
        catch (PipelineStoppedException) when (isStopped)
        {
        }
        catch (RuntimeException exception) when (exception is not PipelineStoppedException)
        {
            errors.Add(exception.ErrorRecord);
        }
        finally
        {
            keys?.Stop();
        }

        if (shell.InvocationStateInfo.State == PSInvocationState.Stopped && !isStopped)
        {
            throw new PipelineStoppedException(); // the chat itself is being stopped
        }

        if (host.ExitCode is int code)
        {
            cmdlet.Host.SetShouldExit(code);
        }

        errors.AddRange(shell.Streams.Error.Except(errors));
        int sent = settings.IsResponse ? 0 : state.Messages.Length;
        return new ChatAnswer(TurnMessages.Of(chunks.Cast<object>().Select(PlainValue.Base).OfType<StreamChunk>(), sent), errors, isStopped, keys?.Typed ?? "");
    }

    private Hashtable Arguments(ChatState state, ChatMessage message)
    {
        var arguments = new Hashtable(settings.Parameters, StringComparer.OrdinalIgnoreCase)
        {
            ["Message"] = message,
            ["Stream"] = true,
        };
        Set("Model", state.Model);
        Set("Connection", settings.Connection);
        if (settings.Tools.Length > 0)
        {
            arguments["Tools"] = settings.Tools;
            arguments["InvokeTools"] = true;
            arguments["Confirm"] = settings.Confirms;
        }

        if (!settings.IsResponse)
        {
            Set("History", state.Messages is { Length: > 0 } messages ? messages : null);
            if (!arguments.ContainsKey("IncludeUsage"))
            {
                arguments["IncludeUsage"] = true;
            }

            return arguments;
        }

        Set("Instructions", state.Instructions is { Length: > 0 } instructions ? instructions : null);
        if (state.Last?.Response is Response last)
        {
            arguments[ResponseHistory.IsKept(last) ? "PreviousResponseId" : "History"] = ResponseHistory.IsKept(last) ? last.Id : last;
        }
        else
        {
            Set("History", state.Turns.Length > 0 ? state.Turns.SelectMany(static turn => turn.Messages).ToArray() : null);
        }

        return arguments;

        void Set(string name, object? value)
        {
            if (value is not null)
            {
                arguments[name] = value;
            }
        }
    }
}
