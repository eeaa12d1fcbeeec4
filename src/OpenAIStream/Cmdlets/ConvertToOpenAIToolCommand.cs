using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Describes a command, function or script block to a model, so that the model can call it.</summary>
[Cmdlet(VerbsData.ConvertTo, "OpenAITool")]
[OutputType(typeof(ChatTool))]
public sealed class ConvertToOpenAIToolCommand : PSCmdlet
{
    /// <summary>The command: its name, the output of Get-Command, or a script block.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [CommandTransformation]
    [ArgumentCompleter(typeof(CommandNameCompleter))]
    public object Command { get; set; } = null!;

    /// <summary>The name by which the model calls the tool; required for a script block, otherwise the default is the name of the command.</summary>
    [Parameter]
    public string? Name { get; set; }

    /// <summary>What the tool does; otherwise the description from the help of the command.</summary>
    [Parameter]
    [TextTransformation]
    public string? Description { get; set; }

    /// <summary>The parameters that the model can use; otherwise all but the common ones.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ParameterNameCompleter))]
    public string[]? ParameterName { get; set; }

    /// <summary>The service enforces the schema on the arguments of the model.</summary>
    [Parameter]
    public SwitchParameter Strict { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ChatTool tool;
        try
        {
            tool = CommandTool.From(ToCommand(), Name, Description, ParameterName, Strict);
        }
        catch (ArgumentException exception)
        {
            WriteError(Errors.BadArgument(exception.Message, Command));
            return;
        }

        WriteObject(tool);
    }

    private CommandInfo ToCommand() => Command switch
    {
        CommandInfo command => command,
        ScriptBlock when Name is null => throw new ArgumentException("A script block has no name by which the model could call it. Specify one with -Name."),
        ScriptBlock script => CommandTool.FromScript(InvokeCommand, script),
        _ => throw new ArgumentException($"A tool is created from a command, its name or a script block, not from {Command.GetType()}."),
    };
}
