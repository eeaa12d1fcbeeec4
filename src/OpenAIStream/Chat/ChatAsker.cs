using System.Collections;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>What came of a request.</summary>
/// <param name="Turn">What was said.</param>
/// <param name="Errors">What failed.</param>
/// <param name="IsStopped">Whether Ctrl+C has ended it.</param>
/// <param name="Typed">What was typed meanwhile.</param>
internal sealed record ChatAnswer(TurnMessages Turn, IReadOnlyList<ErrorRecord> Errors, bool IsStopped, string Typed)
{
    public bool IsWhole => Errors.Count == 0 && !IsStopped;
}

/// <summary>
/// Asks as a user would at the prompt: <c>Invoke-OpenAIChatCompletion -Stream | Show-OpenAIStream -Summary</c>, or the same with
/// Invoke-OpenAIResponse. So a chat asks, streams, confirms and fails as these cmdlets do.
/// </summary>
/// <param name="cmdlet">The chat's cmdlet.</param>
/// <param name="settings">How it asks.</param>
/// <param name="reader">Reads answers to questions.</param>
/// <param name="hasKeyboard">Whether Ctrl+C is to be heard here.</param>
internal sealed class ChatAsker(PSCmdlet cmdlet, ChatSettings settings, LineReader reader, bool hasKeyboard)
{
    // What arrives is kept in the list that comes along, also where the pipeline is stopped.
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
