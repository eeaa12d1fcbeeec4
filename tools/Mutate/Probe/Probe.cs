using Xunit;

namespace OpenAIStream.Mutate;

public class Probe
{
    [Fact]
    public void CopiesItsAssembly()
    {
        var assembly = typeof(OpenAIClient).Assembly;
        File.Copy(assembly.Location, Environment.GetEnvironmentVariable("MUTATED_ASSEMBLY")!, overwrite: true);

        // Reaches one mutant: Stryker runs only mutants that a test reaches, but all of them if no test reaches any.
        assembly.GetTypes().SingleOrDefault(static type => type.Name == "MutantControl")?.GetMethod("IsActive")!.Invoke(null, [0]);
    }
}
