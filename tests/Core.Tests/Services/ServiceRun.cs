using System.Text;
using OpenAIStream.Loopback;
using Xunit;

namespace OpenAIStream.Tests.Services;

/// <summary>Sends the request of a case through the client.</summary>
internal sealed class ServiceRun(OpenAIClient client, ServiceCase asked, bool streamsAll)
{
    /// <summary>The signal that the first chunk has been read.</summary>
    public const string Seen = "seen";

    private static readonly ChatTool[] Tools = [Tool("Get-Weather", ["City"]), Tool("Get-Note", [])];

    private readonly ServiceOutcome _outcome = new();
    private LoopbackServer? _server;

    private bool Streams => streamsAll || !(asked.Ask.EndsWith("-whole", StringComparison.Ordinal) || asked.Ask is "image" or "speech");

    /// <summary>The result. A response is asked for over a WebSocket too, and the same must come of that.</summary>
    /// <param name="asked">The request, and its answers.</param>
    /// <param name="streams">Also streams requests that are otherwise whole.</param>
    /// <param name="retries">The number of retries.</param>
    /// <param name="isOfFrames">Whether the replies can be told by frames; what is no JSON cannot.</param>
    public static async Task<ServiceOutcome> Of(ServiceCase asked, bool streams = false, int retries = 0, bool isOfFrames = true)
    {
        var outcome = await Of(asked, streams, retries, TransportKind.Http);
        if (isOfFrames && asked.Ask.StartsWith("response", StringComparison.Ordinal))
        {
            outcome.IsLike(await Of(asked, streams, retries, TransportKind.WebSocket));
        }

        return outcome;
    }

    private static async Task<ServiceOutcome> Of(ServiceCase asked, bool streams, int retries, TransportKind transport)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue([.. asked.Replies]);
        server.Default = asked.Replies[^1];
        using var client = new OpenAIClient(new OpenAIClientOptions
        {
            BaseAddress = server.Http1,
            Transport = transport,
            MaximumRetryCount = asked.Ask == "resume" ? 1 : retries,
            OperationTimeout = TimeSpan.FromSeconds(10), // a wait without a result must fail instead of hanging
        });
        var run = new ServiceRun(client, asked, streams) { _server = server };
        try
        {
            await run.AskAsync();
        }
        catch (ApiException error)
        {
            run._outcome.Error = error;
        }

        run._outcome.Requests = [.. server.Requests.Select(static request => request.Body.StartsWith('{') ? JsonModel.FromJson<JsonMap>(request.Body) : null)];
        return run._outcome;
    }

    private Task AskAsync() => asked.Ask.Replace("-whole", "", StringComparison.Ordinal) switch
    {
        "chat" => ChatAsync(new() { Messages = [new("user", "hi")] }),
        "response" => RespondAsync(new() { Input = "hi", Store = asked.Name.Contains("no-store", StringComparison.Ordinal) ? false : null }),
        "resume" => RespondAsync(new() { Input = "hi", Background = true }),
        "completion" => OnceAsync(client.Completions, new() { Prompt = "hi" }),
        "transcription" => OnceAsync(client.Audio.Transcriptions, new() { Audio = [1] }),
        "image" => OnceAsync(client.Images, new() { Prompt = "hi" }),
        "run" => OnceAsync(client.Assistants, new() { AssistantId = "a" }),
        _ when Streams => ReadAsync(client.Audio.CreateSpeechStreamingAsync(new() { Input = "hi" })),
        _ => SpeakAsync(),
    };

    private async Task ChatAsync(ChatCompletionRequest request)
    {
        request.Tools = asked.Tools ? Tools : null;
        var loop = NewLoop();
        for (var next = request; next is not null; next = asked.Tools ? loop.Next(next, (ChatCompletion)_outcome.Joined!) : null)
        {
            await OnceAsync(client.Chat, next);
        }
    }

    private async Task RespondAsync(ResponseRequest request)
    {
        request.Tools = asked.Tools ? [.. Tools.Select(static tool => tool.ForResponse())] : null;
        var loop = NewLoop();
        for (var next = request; next is not null; next = asked.Tools ? loop.Next(next, (Response)_outcome.Joined!) : null)
        {
            await OnceAsync(client.Responses, next);
        }
    }

    private async Task OnceAsync<TRequest, TWhole, TChunk>(StreamingEndpoint<TRequest, TWhole, TChunk> endpoint, TRequest request)
        where TRequest : StreamingRequest
        where TWhole : ModelOutput, new()
        where TChunk : StreamChunk
    {
        if (Streams)
        {
            await ReadAsync(endpoint.CreateStreamingAsync(request));
            return;
        }

        var whole = await endpoint.CreateAsync(request);
        _outcome.Add(whole);
        _outcome.Text = whole.Text;
        _outcome.Joined = whole;
    }

    private async Task ReadAsync<T>(Task<SseStream<T>> opening) where T : StreamChunk
    {
        using var stream = await opening;
        ChunkAccumulator? joined = null;
        var text = new StringBuilder();
        while (await stream.MoveNextAsync())
        {
            _server!.Signal(Seen);
            joined ??= ChunkAccumulator.For(stream.Current);
            joined.Add(stream.Current);
            _outcome.Add(stream.Current);
            text.Append(stream.Current.Text);
            Assert.Equal(joined.Text, joined.ToWhole().Text); // whenever it is looked at
        }

        _outcome.Text = text.ToString();
        _outcome.Joined = joined?.ToWhole();
    }

    private async Task SpeakAsync()
    {
        using var audio = await client.Audio.CreateSpeechAsync(new() { Input = "hi" });
        using var bytes = new MemoryStream();
        await audio.CopyToAsync(bytes);
        _outcome.Audio = bytes.ToArray();
    }

    private ToolLoop NewLoop() => new((tool, arguments) =>
    {
        _outcome.Calls.Add($"{tool.Name} {(arguments["City"] is JsonModel city ? city.ToJson() : arguments["City"])}".TrimEnd());
        return "noted";
    });

    private static ChatTool Tool(string name, string[] required)
    {
        var properties = new JsonMap { ["City"] = new JsonMap { ["type"] = "string" } };
        return new(new ChatFunction { Name = name, Parameters = new JsonMap { ["type"] = "object", ["properties"] = properties, ["required"] = required } });
    }
}
