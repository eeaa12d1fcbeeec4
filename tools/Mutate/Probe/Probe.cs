using Xunit;

namespace OpenAIStream.Mutate;

public class Probe
{
    [Fact]
    public void CopiesItsAssembly()
    {
        string assembly = typeof(OpenAIClient).Assembly.Location;
        File.Copy(assembly, Environment.GetEnvironmentVariable("MUTATED_ASSEMBLY")!, overwrite: true);
    }
}
