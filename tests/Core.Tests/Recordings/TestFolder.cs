using OpenAIStream.Tests.Http;
using Xunit;

namespace OpenAIStream.Tests.Recordings;

/// <summary>A folder for recordings that is deleted after the test.</summary>
internal sealed class TestFolder : IDisposable
{
    public const string Ask = """
        # OpenAIStream recording 1
        > POST /v1/completions
        | {"prompt":"hi","stream":true}
        """;

    public const string Answer = """
        < 200 OK
        < Content-Type: text/event-stream
        | data: {"id":"c1","choices":[{"index":0,"text":"Hello","finish_reason":null}]}
        |
        """;

    public const string Stop = """
        | data: {"id":"c1","choices":[{"index":0,"text":"","finish_reason":"stop"}]}
        |
        | data: [DONE]
        |
        """;

    public string Path { get; } = Directory.CreateTempSubdirectory("recordings").FullName;

    public string[] Files => [.. Directory.GetFiles(Path).Order(StringComparer.Ordinal)];

    public Recording Only => Recording.Load(Assert.Single(Files));

    public void Add(params string[] lines) =>
        File.WriteAllText(System.IO.Path.Combine(Path, $"{Files.Length + 1:0000}-test{Recording.FileExtension}"), string.Join("\n", lines));

    /// <summary>A client that replays the recordings; its address needs a key, which it does not have.</summary>
    public OpenAIClient Replay(Action<OpenAIClientOptions>? set = null, double speed = 0)
    {
        var options = new OpenAIClientOptions { Handler = new ReplayHandler(Path) { Speed = speed } };
        set?.Invoke(options);
        return new OpenAIClient(options);
    }

    public void Dispose() => Directory.Delete(Path, true);

    /// <summary>All parts of a stream, and how it ended.</summary>
    public static async Task<(string Text, Exception? Error)> ReadAsync(OpenAIClient client, string prompt = "hi", RequestOptions? options = null)
    {
        var text = new System.Text.StringBuilder();
        try
        {
            await using var stream = await client.Completions.CreateStreamingAsync(new CompletionRequest { Prompt = prompt }, options, Setup.TestStop);
            await foreach (var chunk in stream)
            {
                text.Append(chunk.Text);
            }

            return (text.ToString(), null);
        }
        catch (ApiException error)
        {
            return (text.ToString(), error);
        }
    }
}
