namespace OpenAIStream.Mutate;

/// <summary>Mutants that behave like the original, as equivalent.txt lists them: one a line, its reason after two spaces and a #.</summary>
internal sealed class Equivalents
{
    private readonly HashSet<string> _changes;

    private Equivalents(HashSet<string> changes) => _changes = changes;

    public static Equivalents Read(Workspace workspace) =>
        new([.. File.ReadAllLines(Path.Combine(workspace.Root, "tools", "Mutate", "equivalent.txt")).Select(static line => line.Split("  #")[0])]);

    /// <summary>Whether the mutant is listed. Of several with the same text in one file, only those that survive are meant.</summary>
    public bool Contains(Mutant mutant) => _changes.Contains(Change(mutant));

    /// <summary>The lines about these files that name no mutant.</summary>
    public IEnumerable<string> WithoutMutant(Mutant[] mutants, string[] files) =>
        _changes.Where(change => files.Contains(change.Split(':')[0])).Except(mutants.Select(Change));

    private static string Change(Mutant mutant) => $"{mutant.File}: {mutant.Original} -> {mutant.Mutation}";
}
