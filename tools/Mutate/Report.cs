namespace OpenAIStream.Mutate;

/// <summary>Writes each mutant that no test noticed, and a table of the files' scores.</summary>
internal static class Report
{
    /// <param name="results">The mutants and what became of them.</param>
    /// <param name="equivalents">Mutants that behave like the original, as a file lists them: one per line, its reason after two spaces and a #.</param>
    public static void Write(IReadOnlyDictionary<Mutant, Outcome> results, string[] equivalents)
    {
        var known = equivalents.Select(static line => line.Split("  #")[0]).ToHashSet();
        var counted = results.Where(result => result.Value == Outcome.Killed || !known.Contains(Change(result.Key))).ToArray();
        Console.WriteLine();
        foreach (var (mutant, outcome) in counted.Where(result => result.Value != Outcome.Killed).OrderBy(result => result.Key.File).ThenBy(result => result.Key.Line))
        {
            Console.WriteLine($"{mutant.File}:{mutant.Line}{(outcome == Outcome.NotCovered ? " (not covered)" : "")}  {mutant.Original} -> {mutant.Mutation}");
        }

        Console.WriteLine();
        Console.WriteLine("| File | Mutants | Killed | Survived | Not covered | Score |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var file in counted.GroupBy(result => result.Key.File).OrderBy(file => file.Key))
        {
            WriteRow(file.Key, [.. file.Select(result => result.Value)]);
        }

        WriteRow("all", [.. counted.Select(result => result.Value)]);
        Console.WriteLine($"{results.Count - counted.Length} survivors are not counted: they behave like the original (tools/Mutate/equivalent.txt).");
    }

    private static string Change(Mutant mutant) => $"{mutant.File}: {mutant.Original} -> {mutant.Mutation}";

    private static void WriteRow(string name, Outcome[] outcomes)
    {
        int killed = outcomes.Count(outcome => outcome == Outcome.Killed);
        int survived = outcomes.Count(outcome => outcome == Outcome.Survived);
        Console.WriteLine($"| {name} | {outcomes.Length} | {killed} | {survived} | {outcomes.Length - killed - survived} | {100.0 * killed / outcomes.Length:0} % |");
    }
}
