using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace OpenAIStream;

/// <summary>Finds the mandatory parameters that a call lacks. PowerShell would prompt the user for them, who does not know what the model meant.</summary>
internal static class MandatoryParameters
{
    // The command as it is with these arguments. A script parameter receives its actual arguments, and nothing that only
    // looks like them.
    private const string WithArguments = """
        param($name, $script, $arguments)
        if ($script) { $function:__OpenAIStreamTool = $script; $name = '__OpenAIStreamTool' }
        $bound = & { [CmdletBinding()] param() , $PSBoundParameters }
        foreach ($key in $arguments.Keys) { $bound[$key] = $arguments[$key] }
        Get-Command -Name $name -ArgumentList $bound -ErrorAction Ignore
        """;

    /// <param name="command">The command.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="offered">The parameters that the model knows.</param>
    public static string[] Missing(CommandInfo command, Hashtable arguments, string[] offered)
    {
        var names = new HashSet<string>(arguments.Keys.Cast<string>(), StringComparer.OrdinalIgnoreCase);
        var sets = (MayHaveMore(command) ? With(command, arguments) ?? command : command).ParameterSets;
        CommandParameterSetInfo[] possible = [.. sets.Where(set => names.All(name => set.Parameters.Any(known => IsNamed(known, name))))];
        if (possible.Length == 0)
        {
            return []; // the binder reports what cannot be combined
        }

        var intended = possible.FirstOrDefault(static set => set.IsDefault)
            ?? possible.OrderBy(set => MissingIn(set, names).Length).First();
        string[] missing = MissingIn(intended, names);
        if (missing.All(offered.Contains))
        {
            return missing;
        }

        // The model cannot supply what PowerShell would prompt for; another parameter set may be called instead.
        var other = possible.Where(set => MissingIn(set, names).All(offered.Contains)).OrderBy(set => MissingIn(set, names).Length).FirstOrDefault();
        return other is null ? missing
            : MissingIn(other, names) is { Length: > 0 } its ? its
            : [string.Join(" or ", other.Parameters.Select(static known => known.Name).Where(name => offered.Contains(name) && !intended.Parameters.Any(known => IsNamed(known, name))))];
    }

    /// <summary>Whether arguments can add further parameters.</summary>
    private static bool MayHaveMore(CommandInfo command) => command switch
    {
        CmdletInfo cmdlet => typeof(IDynamicParameters).IsAssignableFrom(cmdlet.ImplementingType),
        _ => CommandBody.Of(command)?.Ast switch
        {
            FunctionDefinitionAst function => function.Body.DynamicParamBlock,
            ScriptBlockAst script => script.DynamicParamBlock,
            _ => null,
        } is not null,
    };

    private static CommandInfo? With(CommandInfo command, Hashtable arguments)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        string name = command is CmdletInfo { ModuleName.Length: > 0 } ? $"{command.ModuleName}\\{command.Name}" : command.Name;
        shell.AddScript(WithArguments, useLocalScope: true).AddArgument(name).AddArgument(CommandBody.Of(command)).AddArgument(arguments);
        try
        {
            return shell.Invoke<CommandInfo>().FirstOrDefault();
        }
        catch (RuntimeException exception) when (exception is not PipelineStoppedException)
        {
            return null; // the call itself will report what is wrong
        }
    }

    private static string[] MissingIn(CommandParameterSetInfo set, HashSet<string> names) =>
        [.. set.Parameters.Where(known => known.IsMandatory && !names.Contains(known.Name)).Select(static known => known.Name)];

    private static bool IsNamed(CommandParameterInfo parameter, string name) => parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase);
}
