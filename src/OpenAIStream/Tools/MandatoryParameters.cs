using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// Finds the parameters that a call lacks. PowerShell would ask the user for them, who does not know what the model meant.
/// </summary>
internal static class MandatoryParameters
{
    public static string[] Missing(CommandInfo command, IEnumerable<string> given)
    {
        var names = new HashSet<string>(given, StringComparer.OrdinalIgnoreCase);
        CommandParameterSetInfo[] possible = [.. command.ParameterSets.Where(set => names.All(name => set.Parameters.Any(known => IsNamed(known, name))))];
        if (possible.Length == 0)
        {
            return []; // what does not go together is for the binder to say
        }

        var intended = possible.FirstOrDefault(static set => set.IsDefault)
            ?? possible.OrderBy(set => MissingIn(set, names).Length).First();
        return MissingIn(intended, names);
    }

    private static string[] MissingIn(CommandParameterSetInfo set, HashSet<string> names) =>
        [.. set.Parameters.Where(known => known.IsMandatory && !names.Contains(known.Name)).Select(static known => known.Name)];

    private static bool IsNamed(CommandParameterInfo parameter, string name) => parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase);
}
