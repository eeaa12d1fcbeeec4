namespace OpenAIStream.Mutate;

/// <summary>Mutants that behave like the original, as listed in equivalent.txt: one per line, with the reason after two spaces and a #.</summary>
internal sealed class Equivalents
{
    private readonly HashSet<string> _changes;

    private Equivalents(HashSet<string> changes) => _changes = changes;

    public static Equivalents Read(Workspace workspace) =>
        new([.. File.ReadAllLines(Path.Combine(workspace.Root, "tools", "Mutate", "equivalent.txt")).Select(static line => line.Split("  #")[0])]);

    /// <summary>Whether the mutant is listed. If several have the same text in one file, the line applies only to those that survive.</summary>
    public bool Contains(Mutant mutant) => _changes.Contains(Change(mutant));

    /// <summary>The lines for these files that match no mutant.</summary>
    public IEnumerable<string> WithoutMutant(Mutant[] mutants, string[] files) =>
        _changes.Where(change => files.Contains(change.Split(':')[0])).Except(mutants.Select(Change));

    private static string Change(Mutant mutant) => $"{mutant.File}: {mutant.Original} -> {mutant.Mutation}";
}
