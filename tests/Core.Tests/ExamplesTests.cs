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

        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Examples.dll"));
        start.ArgumentList.Add(example);
        start.Environment["OPENAI_API_KEY"] = "sk-example";
        start.Environment["OPENAI_BASE_URL"] = new Uri(server.Http1, "v1").ToString();
        using var process = Process.Start(start)!;
        string[] lines = (await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal([heading + payloads[0], payloads[1], payloads[2]], lines.Select(line => line.TrimEnd('\r')));
        var request = Assert.Single(server.Requests);
        Assert.Equal("Bearer sk-example", request.Headers["Authorization"]);
        using var body = JsonDocument.Parse(request.Body);
        using var expected = JsonDocument.Parse(
            """{"model":"gpt-3.5-turbo-instruct","prompt":"Explain streaming in one sentence.","max_tokens":50,"temperature":0,"stream":true}""");
        Assert.True(JsonElement.DeepEquals(expected.RootElement, body.RootElement), request.Body);
    }
}
