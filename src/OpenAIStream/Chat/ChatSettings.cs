using System.Collections;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>The settings of a chat's requests.</summary>
internal sealed class ChatSettings
{
    // Parameters that the chat sets itself.
    private static readonly string[] Own =
        ["Message", "History", "Stream", "NoEnumerate", "InputObject", "ForEachInput", "Tools", "InvokeTools", "Confirm", "WhatIf", "Model", "Connection", "SystemMessage", "Instructions",
         "PreviousResponseId", "Checkpoint", "ThrottleLimit", "N", "ResumeFrom", "StartingAfter", "WarmUp", "AsBatch"];

    /// <summary>Whether it asks for responses instead of chat completions.</summary>
    public bool IsResponse { get; init; }

    public OpenAIConnection? Connection { get; init; }

    public ChatTool[] Tools { get; init; } = [];

    /// <summary>Whether the user is asked before a tool runs.</summary>
    public bool Confirms { get; init; } = true;

    /// <summary>Further parameters of the request.</summary>
    public Hashtable Parameters { get; init; } = [];

    /// <summary>Parameters of Show-OpenAIStream.</summary>
    public Hashtable Look { get; init; } = [];

    public string AskingCmdlet => IsResponse ? "Invoke-OpenAIResponse" : "Invoke-OpenAIChatCompletion";

    /// <summary>A cmdlet of this module, even if the session has another command of that name.</summary>
    public CommandInfo Command(PSCmdlet cmdlet, string name) =>
        cmdlet.InvokeCommand.GetCommand($"{cmdlet.MyInvocation.MyCommand.ModuleName}\\{name}", CommandTypes.Cmdlet)
            ?? new CmdletInfo(name, typeof(ChatSettings).Assembly.GetType($"{nameof(OpenAIStream)}.{name.Replace("-", "")}Command"));

    /// <summary>Checks the further parameters.</summary>
    /// <exception cref="ArgumentException">The request has no parameter of that name, or the chat sets it itself.</exception>
    public void Check(PSCmdlet cmdlet)
    {
        var command = Command(cmdlet, AskingCmdlet);
        foreach (string name in Parameters.Keys.Cast<object>().Select(static key => key.ToString() ?? ""))
        {
            var parameter = command.Parameters.Values.FirstOrDefault(known =>
                string.Equals(known.Name, name, StringComparison.OrdinalIgnoreCase) || known.Aliases.Contains(name, StringComparer.OrdinalIgnoreCase))
                ?? throw new ArgumentException($"-Parameters contains '{name}', which is not a parameter of {AskingCmdlet}.");
            if (Own.Contains(parameter.Name, StringComparer.OrdinalIgnoreCase))
            {
                throw new ArgumentException($"-Parameters contains '{name}', which the chat sets itself. For the model, the tools, the history and the system message, use the parameters of Enter-OpenAIChat.");
            }
        }
    }
}
