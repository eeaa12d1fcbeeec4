using System.Management.Automation;

namespace OpenAIStream;

/// <summary>The parameters of a command that are offered to a model: those that JSON has values for, in parameter sets that can be called.</summary>
internal sealed class OfferedParameters
{
    private static readonly HashSet<string> Common =
        new(Cmdlet.CommonParameters.Concat(Cmdlet.OptionalCommonParameters), StringComparer.OrdinalIgnoreCase);

    private readonly CommandInfo _command;
    private readonly CommandParameterSetInfo[] _sets; // those that a model can call

    /// <param name="command">The command.</param>
    /// <param name="schema">Knows which types JSON has values for.</param>
    /// <param name="names">The parameters to choose from; null for all.</param>
    /// <exception cref="ArgumentException">One of the names cannot be offered, or every call needs something that a model cannot supply.</exception>
    public OfferedParameters(CommandInfo command, ParameterSchema schema, string[]? names)
    {
        _command = command;
        Schema = schema;
        var known = command.Parameters ?? [];
        _sets = [.. command.ParameterSets.Where(set => set.Parameters.All(one => !one.IsMandatory || !known.TryGetValue(one.Name, out var parameter) || schema.Refusal(parameter) is null))];
        if (_sets.Length == 0 && command.ParameterSets.Count > 0)
        {
            throw Unusable(known);
        }

        Parameters = names is null
            ? [.. known.Values.Where(parameter => !Common.Contains(parameter.Name) && !IsHidden(parameter) && schema.Refusal(parameter) is null && IsInSet(parameter))]
            : [.. names.Select(name => Named(known, name))];
    }

    public ParameterSchema Schema { get; }

    public IReadOnlyList<ParameterMetadata> Parameters { get; }

    /// <summary>Whether every call needs it: it is mandatory in every parameter set that can be called.</summary>
    public bool IsMandatory(ParameterMetadata parameter) =>
        parameter.ParameterSets.TryGetValue(ParameterAttribute.AllParameterSets, out var everywhere)
            ? everywhere.IsMandatory
            : _sets.All(set => parameter.ParameterSets.TryGetValue(set.Name, out var known) && known.IsMandatory);

    private ParameterMetadata Named(Dictionary<string, ParameterMetadata> known, string name)
    {
        if (!known.TryGetValue(name, out var parameter))
        {
            throw new ArgumentException($"'{_command.Name}' has no parameter '{name}'. Its parameters are: {string.Join(", ", known.Keys.Except(Common))}.");
        }

        return Schema.Refusal(parameter) is string refusal
            ? throw new ArgumentException($"The parameter '{parameter.Name}' of '{_command.Name}' ([{parameter.ParameterType}]) {refusal}. Omit it, or wrap the command in a function that supplies it.")
            : parameter;
    }

    private ArgumentException Unusable(Dictionary<string, ParameterMetadata> known)
    {
        var parameter = _command.ParameterSets.SelectMany(static set => set.Parameters)
            .Where(static one => one.IsMandatory).Select(one => known[one.Name]).First(parameter => Schema.Refusal(parameter) is not null);
        return new ArgumentException($"'{_command.Name}' cannot be a tool: its mandatory parameter '{parameter.Name}' ([{parameter.ParameterType}]) {Schema.Refusal(parameter)}. Wrap it in a function that supplies it.");
    }

    private bool IsInSet(ParameterMetadata parameter) =>
        parameter.ParameterSets.ContainsKey(ParameterAttribute.AllParameterSets) || _sets.Any(set => parameter.ParameterSets.ContainsKey(set.Name));

    private static bool IsHidden(ParameterMetadata parameter) =>
        parameter.Attributes.OfType<ParameterAttribute>().Any(static attribute => attribute.DontShow);
}
