using System.Management.Automation;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace OpenAIStream;

/// <summary>Creates tools from commands.</summary>
internal static class CommandTool
{
    private static readonly ConditionalWeakTable<ChatTool, CommandInfo> Commands = new();

    /// <exception cref="ArgumentException">
    /// A parameter or the name is not allowed for a tool, or the command needs something that a model cannot supply.
    /// </exception>
    public static ChatTool From(CommandInfo command, string? name = null, string? description = null, string[]? parameterNames = null, bool strict = false)
    {
        var help = CommandHelp.Of(command);
        var function = new ChatFunction { Name = CheckedName(name ?? NameOf(command)), Description = description ?? help.Description };
        function.Parameters = Schema(new OfferedParameters(command, new ParameterSchema(strict), parameterNames), help, strict);
        if (strict)
        {
            function.Strict = true;
        }

        var tool = new ChatTool(function);
        Commands.Add(tool, command);
        return tool;
    }

    /// <summary>The command from which a tool was created and that runs it; null if the caller has to answer its calls.</summary>
    public static CommandInfo? CommandOf(ChatTool tool) => Commands.TryGetValue(tool, out var command) ? command : null;

    /// <summary>A command by its name, as the session would find it.</summary>
    /// <exception cref="ArgumentException">It does not exist, or it is a native program.</exception>
    public static CommandInfo Find(CommandInvocationIntrinsics session, string name) => Checked(
        session.GetCommand(name, CommandTypes.All)
            ?? throw new ArgumentException($"There is no command named '{name}'. Define the function first, or import its module."));

    /// <summary>A script block as a command without a name.</summary>
    public static CommandInfo FromScript(CommandInvocationIntrinsics session, ScriptBlock script) =>
        (CommandInfo)session.InvokeScript(true, ScriptBlock.Create("param($script) $function:__OpenAIStreamTool = $script; Get-Command __OpenAIStreamTool"), null, script)[0].BaseObject;

    /// <summary>The command behind an alias; programs, whose parameters are unknown, are refused.</summary>
    /// <exception cref="ArgumentException">It is a native program, or an alias that refers to nothing.</exception>
    public static CommandInfo Checked(CommandInfo command) => command switch
    {
        AliasInfo alias => Checked(alias.ResolvedCommand ?? throw new ArgumentException($"The alias '{alias.Name}' does not refer to a command.")),
        FunctionInfo or CmdletInfo or ExternalScriptInfo => command,
        _ => throw new ArgumentException($"'{command.Name}' is a {command.CommandType}, whose parameters are unknown. Wrap it in a function."),
    };

    private static string NameOf(CommandInfo command) =>
        Regex.Replace(command is ExternalScriptInfo ? Path.GetFileNameWithoutExtension(command.Name) : command.Name, "[^A-Za-z0-9_-]", "_");

    private static string CheckedName(string name) => Regex.IsMatch(name, @"\A[A-Za-z0-9_-]{1,64}\z")
        ? name
        : throw new ArgumentException($"'{name}' cannot be the name of a tool: letters, digits, _ and - are allowed, at most 64 of them.");

    private static JsonMap Schema(OfferedParameters offered, CommandHelp help, bool strict)
    {
        var properties = new JsonMap();
        var required = new List<string>();
        foreach (var parameter in offered.Parameters)
        {
            bool isMandatory = offered.IsMandatory(parameter);
            properties[parameter.Name] = offered.Schema.Of(parameter, help.Of(parameter), isMandatory);
            if (strict || isMandatory)
            {
                required.Add(parameter.Name);
            }
        }

        var schema = new JsonMap { ["type"] = "object", ["properties"] = properties, ["required"] = required, ["additionalProperties"] = false };
        if (offered.Schema.Definitions.GetFieldNames().Any())
        {
            schema["$defs"] = offered.Schema.Definitions;
        }

        return schema;
    }
}
