using System.Diagnostics;
using System.Text.Json;
using OpenAIStream.Loopback;
using Xunit;

namespace OpenAIStream.Tests;

public class ExamplesTests
{
    [Theory]
    [InlineData("sync", "First chunk: ")]
    [InlineData("async", "First async chunk: ")]
    public async Task An_example_reads_the_first_chunk_by_hand_and_loops_over_the_rest(string example, string heading)
    {
        string[] payloads = [.. new[] { "One", " two", " three" }.Select(text => $$"""{"choices":[{"index":0,"text":"{{text}}","finish_reason":null}]}""")];
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Sse([.. payloads, "[DONE]"]));

        string[] lines = await RunAsync(example, new Uri(server.Http1, "v1").ToString());

        Assert.Equal([heading + payloads[0], payloads[1], payloads[2]], lines);
        var request = Assert.Single(server.Requests);
        Assert.Equal("Bearer sk-example", request.Headers["Authorization"]);
        using var body = JsonDocument.Parse(request.Body);
        using var expected = JsonDocument.Parse(
            """{"model":"llama3.2","prompt":"Explain streaming in one sentence.","max_tokens":50,"temperature":0,"stream":true}""");
        Assert.True(JsonElement.DeepEquals(expected.RootElement, body.RootElement), request.Body);
    }

    [Fact]
    public async Task An_example_tests_code_with_a_fake_client() =>
        Assert.Equal(["passed: Streams flow.", "passed: Try again in 7 s.", "passed: Streams (cut off)"], await RunAsync("fake", "not an address"));

    private static async Task<string[]> RunAsync(string example, string address)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Examples.dll"));
        start.ArgumentList.Add(example);
        start.Environment["OPENAI_API_KEY"] = "sk-example";
        start.Environment["OPENAI_BASE_URL"] = address;
        using var process = Process.Start(start)!;
        string lines = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r'))];
    }
}
