namespace OpenAIStream.Mutate;

/// <summary>Mutants that behave like the original, as equivalent.txt lists them: one a line, its reason after two spaces and a #.</summary>
internal sealed class Equivalents
{
    private readonly HashSet<string> _changes;

    private Equivalents(HashSet<string> changes) => _changes = changes;

    public static Equivalents Read(Workspace workspace) =>
        new([.. File.ReadAllLines(Path.Combine(workspace.Root, "tools", "Mutate", "equivalent.txt")).Select(static line => line.Split("  #")[0])]);

    /// <summary>The mutants that count; says how many do not, and which lines name none of the files' mutants.</summary>
    public Mutant[] RemoveFrom(Mutant[] mutants, string[] files)
    {
        Mutant[] counted = [.. mutants.Where(mutant => !_changes.Contains(Change(mutant)))];
        Console.WriteLine($"{mutants.Length - counted.Length} mutants are left out, because they behave like the original");
        foreach (string change in _changes.Where(change => files.Contains(change.Split(':')[0])).Except(mutants.Select(Change)))
        {
            Console.WriteLine($"equivalent.txt names no mutant: {change}");
        }

        return counted;
    }

    private static string Change(Mutant mutant) => $"{mutant.File}: {mutant.Original} -> {mutant.Mutation}";
}
