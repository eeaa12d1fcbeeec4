using System.Management.Automation;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace OpenAIStream;

/// <summary>Makes tools out of commands.</summary>
internal static class CommandTool
{
    private static readonly ConditionalWeakTable<ChatTool, CommandInfo> Commands = new();

    /// <exception cref="ArgumentException">A parameter or the name is not what a tool can have.</exception>
    public static ChatTool From(CommandInfo command, string? name = null, string? description = null, string[]? parameterNames = null, bool strict = false)
    {
        var help = new CommandHelp(command);
        var function = new ChatFunction { Name = CheckedName(name ?? NameOf(command)), Description = description ?? help.Description };
        function.Parameters = Schema(command, Chosen(command, parameterNames), help, strict);
        if (strict)
        {
            function.Strict = true;
        }

        var tool = new ChatTool(function);
        Commands.Add(tool, command);
        return tool;
    }

    /// <summary>The command that a tool was made from and that runs it; null: a call of it is the caller's to answer.</summary>
    public static CommandInfo? CommandOf(ChatTool tool) => Commands.TryGetValue(tool, out var command) ? command : null;

    /// <summary>A command by its name, as the session would find it.</summary>
    /// <exception cref="ArgumentException">There is none, or it is a native program.</exception>
    public static CommandInfo Find(CommandInvocationIntrinsics session, string name) => Checked(
        session.GetCommand(name, CommandTypes.All)
            ?? throw new ArgumentException($"There is no command named '{name}'. Define the function first, or import its module."));

    /// <summary>A script block as a command that no name leads to.</summary>
    public static CommandInfo FromScript(CommandInvocationIntrinsics session, ScriptBlock script) =>
        (CommandInfo)session.InvokeScript(true, ScriptBlock.Create("param($script) $function:__OpenAIStreamTool = $script; Get-Command __OpenAIStreamTool"), null, script)[0].BaseObject;

    /// <summary>The command behind an alias; programs, which have no parameters to describe, are refused.</summary>
    /// <exception cref="ArgumentException">It is a native program, or an alias for nothing.</exception>
    public static CommandInfo Checked(CommandInfo command) => command switch
    {
        AliasInfo alias => Checked(alias.ResolvedCommand ?? throw new ArgumentException($"The alias '{alias.Name}' leads to no command.")),
        FunctionInfo or CmdletInfo or ExternalScriptInfo => command,
        _ => throw new ArgumentException($"'{command.Name}' is a {command.CommandType}, which does not tell its parameters. Wrap it in a function."),
    };

    private static string NameOf(CommandInfo command) =>
        Regex.Replace(command is ExternalScriptInfo ? Path.GetFileNameWithoutExtension(command.Name) : command.Name, "[^A-Za-z0-9_-]", "_");

    private static string CheckedName(string name) => Regex.IsMatch(name, "^[A-Za-z0-9_-]{1,64}$")
        ? name
        : throw new ArgumentException($"'{name}' cannot be the name of a tool: letters, digits, _ and - are allowed, at most 64 of them.");

    private static IEnumerable<ParameterMetadata> Chosen(CommandInfo command, string[]? names)
    {
        var known = command.Parameters ?? [];
        if (names is not null)
        {
            return names.Select(name => known.TryGetValue(name, out var parameter)
                ? parameter
                : throw new ArgumentException($"'{command.Name}' has no parameter '{name}'. It has: {string.Join(", ", known.Keys.Except(Common))}."));
        }

        return known.Values.Where(static parameter => !Common.Contains(parameter.Name) && !IsHidden(parameter));
    }

    private static HashSet<string> Common { get; } =
        new(Cmdlet.CommonParameters.Concat(Cmdlet.OptionalCommonParameters), StringComparer.OrdinalIgnoreCase);

    private static bool IsHidden(ParameterMetadata parameter) =>
        parameter.Attributes.OfType<ParameterAttribute>().Any(static attribute => attribute.DontShow);

    private static JsonMap Schema(CommandInfo command, IEnumerable<ParameterMetadata> parameters, CommandHelp help, bool strict)
    {
        var properties = new JsonMap();
        var required = new List<string>();
        foreach (var parameter in parameters)
        {
            bool isMandatory = IsMandatory(command, parameter);
            var schema = ParameterSchema.Of(parameter, help.Of(parameter), strict && !isMandatory);
            if (strict && schema["type"] is null or "object" or object[] and ["object", ..])
            {
                throw new ArgumentException($"The parameter '{parameter.Name}' takes anything, which -Strict does not allow. Give it a type, leave it out with -ParameterName, or do without -Strict.");
            }

            properties[parameter.Name] = schema;
            if (strict || isMandatory)
            {
                required.Add(parameter.Name);
            }
        }

        return new JsonMap { ["type"] = "object", ["properties"] = properties, ["required"] = required, ["additionalProperties"] = false };
    }

    /// <summary>Whether a call without it cannot be: it is mandatory in every parameter set.</summary>
    private static bool IsMandatory(CommandInfo command, ParameterMetadata parameter) =>
        parameter.ParameterSets.TryGetValue(ParameterAttribute.AllParameterSets, out var everywhere)
            ? everywhere.IsMandatory
            : command.ParameterSets.All(set => parameter.ParameterSets.TryGetValue(set.Name, out var known) && known.IsMandatory);
}
