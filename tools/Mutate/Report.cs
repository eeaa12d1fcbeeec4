namespace OpenAIStream.Mutate;

/// <summary>Writes each mutant that no test detected, and a table of the files' scores.</summary>
internal static class Report
{
    public static void Write(IReadOnlyDictionary<Mutant, Outcome> outcomes, Equivalents equivalents)
    {
        var results = outcomes.Where(result => result.Value == Outcome.Killed || !equivalents.Contains(result.Key)).ToArray();
        Console.WriteLine();
        foreach (var (mutant, outcome) in results.Where(result => result.Value != Outcome.Killed).OrderBy(result => result.Key.File).ThenBy(result => result.Key.Line))
        {
            Console.WriteLine($"{mutant.File}:{mutant.Line}{(outcome == Outcome.NotCovered ? " (not covered)" : "")}  {mutant.Original} -> {mutant.Mutation}");
        }

        Console.WriteLine();
        Console.WriteLine("| File | Mutants | Killed | Survived | Not covered | Score |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var folder in results.GroupBy(result => Path.GetDirectoryName(result.Key.File)!).OrderBy(folder => folder.Key))
        {
            foreach (var file in folder.GroupBy(result => result.Key.File).OrderBy(file => file.Key))
            {
                WriteRow(file.Key, [.. file.Select(result => result.Value)]);
            }

            WriteRow($"**{folder.Key}**", [.. folder.Select(result => result.Value)]);
        }

        WriteRow("all", [.. results.Select(static result => result.Value)]);
        Console.WriteLine($"{outcomes.Count - results.Length} survivors are not counted: they behave like the original (tools/Mutate/equivalent.txt).");
    }

    private static void WriteRow(string name, Outcome[] outcomes)
    {
        int killed = outcomes.Count(outcome => outcome == Outcome.Killed);
        int survived = outcomes.Count(outcome => outcome == Outcome.Survived);
        Console.WriteLine($"| {name} | {outcomes.Length} | {killed} | {survived} | {outcomes.Length - killed - survived} | {100.0 * killed / outcomes.Length:0} % |");
    }
}
