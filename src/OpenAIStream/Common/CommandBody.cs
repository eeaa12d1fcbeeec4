using System.Management.Automation;

namespace OpenAIStream;

/// <summary>The body of a command, if it is a script.</summary>
internal static class CommandBody
{
    public static ScriptBlock? Of(CommandInfo? command) => command switch
    {
        FunctionInfo function => function.ScriptBlock,
        ExternalScriptInfo script => script.ScriptBlock,
        ScriptInfo block => block.ScriptBlock,
        _ => null,
    };
}
