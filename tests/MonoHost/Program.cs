using System.Reflection;
using System.Runtime.CompilerServices;

namespace OpenAIStream.Tests.Mono;

/// <summary>
/// Loads the core out of a module's folder and streams a completion. LoadFile makes it find nothing beside itself unless it looks there.
/// </summary>
internal static class Program
{
    // <folder with OpenAIStream.Core.dll> <base address>
    private static int Main(string[] arguments)
    {
        var core = Assembly.LoadFile(Path.Combine(arguments[0], "OpenAIStream.Core.dll"));
        AppDomain.CurrentDomain.AssemblyResolve += (_, wanted) => new AssemblyName(wanted.Name).Name == core.GetName().Name ? core : null;
        RuntimeHelpers.RunModuleConstructor(core.ManifestModule.ModuleHandle); // as the module does when it is imported
        Stream(new Uri(arguments[1]));
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            if (assembly.GetName().Name == "System.Text.Json")
            {
                Console.WriteLine($"{assembly.GetName().Name} {assembly.Location}");
            }
        }

        return 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Stream(Uri address)
    {
        using var client = new OpenAIClient(new OpenAIClientOptions { BaseAddress = address, MaximumRetryCount = 0 });
        using var stream = client.Completions.CreateStreaming(new CompletionRequest { Model = "m", Prompt = "Explain streaming." });
        foreach (var chunk in stream.ToBlockingEnumerable())
        {
            Console.Write(chunk.Text);
        }

        Console.WriteLine();
        Console.WriteLine($"complete: {stream.IsComplete}, {stream.FinishReason}");
    }
}
