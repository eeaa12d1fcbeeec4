using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using OpenAIStream.Loopback;
using Xunit;

namespace OpenAIStream.Tests;

/// <summary>The module's folder for Windows PowerShell under the .NET Framework that can be had everywhere.</summary>
public class MonoTests
{
    private const string Missing = "Mono with its System.Net.Http and its netstandard.dll is not here (on Debian: mono-devel and libmono-system-net-http4.0-cil)";

    // The unpacked package, where the build names one; else what was built last.
    private static string Folder => Path.Combine(
        Path.GetDirectoryName(Environment.GetEnvironmentVariable("OPENAISTREAM_TESTED")) ?? Built("ModuleFolder"), "Desktop");

    [Fact]
    public async Task Streams_under_Mono_with_only_the_assemblies_in_the_module_s_folder()
    {
        Assert.SkipUnless(await IsHereAsync(), Missing);
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Sse([.. new[] { "One", " zwei €", " three 🙂" }.Select(text => $$"""{"choices":[{"index":0,"text":"{{text}}","finish_reason":null}]}"""), "[DONE]"]));

        var (code, lines) = await RunAsync(Built("MonoHost"), Folder, new Uri(server.Http1, "v1").ToString());

        Assert.Equal(["One zwei € three 🙂", "complete: True, ", $"System.Text.Json {Path.Combine(Folder, "System.Text.Json.dll")}"], lines);
        Assert.Equal(0, code);
    }

    private static async Task<bool> IsHereAsync()
    {
        try
        {
            return (await RunAsync("--version")).Code == 0
                && Directory.Exists("/usr/lib/mono/gac/System.Net.Http")
                && File.Exists("/usr/lib/mono/4.5/Facades/netstandard.dll");
        }
        catch (Win32Exception)
        {
            return false; // no such program
        }
    }

    private static async Task<(int Code, string[] Lines)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("mono", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C.UTF-8"; // what Mono writes in
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string text = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) + await errors;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static string Built(string name) =>
        typeof(MonoTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(pair => pair.Key == name).Value!;
}
