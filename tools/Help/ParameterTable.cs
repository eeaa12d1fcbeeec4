namespace OpenAIStream.Help;

/// <summary>One of the yaml blocks below a parameter: its properties in some parameter sets, or in all.</summary>
internal sealed record ParameterTable
{
    private static readonly string[] Keys =
        ["Type", "Parameter Sets", "Aliases", "Accepted values", "Required", "Position", "Default value", "Accept pipeline input", "Accept wildcard characters"];

    public required string Type { get; init; }

    /// <summary>The names of its parameter sets; empty means all.</summary>
    public required string[] Sets { get; init; }

    public required string[] Aliases { get; init; }

    public required string[] AcceptedValues { get; init; }

    public required bool IsRequired { get; init; }

    /// <summary>The position, or "Named".</summary>
    public required string Position { get; init; }

    public required string Default { get; init; }

    /// <summary>False, or True with the kind: (ByValue), (ByPropertyName), or both.</summary>
    public required string PipelineInput { get; init; }

    public required bool TakesWildcards { get; init; }

    public bool IsSwitch => Type == "SwitchParameter";

    public int? Place => int.TryParse(Position, out int place) ? place : null;

    public bool IsIn(string set) => Sets.Length == 0 || Sets.Contains(set);

    public static ParameterTable Parse(string text, Func<string, Exception> wrong)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] pair = line.Split(':', 2, StringSplitOptions.TrimEntries);
            if (pair.Length != 2 || !Keys.Contains(pair[0]))
            {
                throw wrong($"'{line}' says nothing about a parameter. There are: {string.Join(", ", Keys)}.");
            }

            if (!values.TryAdd(pair[0], pair[1]))
            {
                throw wrong($"'{pair[0]}' stands twice.");
            }
        }

        return new ParameterTable
        {
            Type = Value("Type"),
            Sets = Value("Parameter Sets") == "(All)" ? [] : List("Parameter Sets"),
            Aliases = List("Aliases"),
            AcceptedValues = values.ContainsKey("Accepted values") ? List("Accepted values") : [],
            IsRequired = Truth("Required"),
            Position = Value("Position"),
            Default = Value("Default value"),
            PipelineInput = Value("Accept pipeline input"),
            TakesWildcards = Truth("Accept wildcard characters"),
        };

        string Value(string key) => values.TryGetValue(key, out string? value) ? value : throw wrong($"'{key}' is missing.");

        string[] List(string key) => Value(key).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

        bool Truth(string key) => Value(key) switch
        {
            "True" => true,
            "False" => false,
            var other => throw wrong($"'{key}' is True or False, not '{other}'."),
        };
    }
}
