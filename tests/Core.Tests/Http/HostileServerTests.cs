using System.Diagnostics;
using System.Text;
using OpenAIStream.Tests.Sse;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Http;

/// <summary>Whatever a server sends, a caller soon gets an answer or a documented exception.</summary>
public class HostileServerTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Duration = LongRun.Is ? TimeSpan.FromMinutes(10) : TimeSpan.Zero;

    /// <summary>Seeds start at 0, which makes a failure reproducible; a long run uses more of them.</summary>
    [Fact(Timeout = 20 * 60 * 1000)]
    public async Task Any_status_line_headers_and_body_give_an_answer_or_a_documented_exception()
    {
        var clock = Stopwatch.StartNew();
        int seed = 0;
        byte[] answer = [];
        using var server = new HostileServer(_ => answer);
        using var client = NewClient(server);
        var failures = new List<string>();
        for (; seed < 600 || clock.Elapsed < Duration; seed++)
        {
            answer = HostileAnswers.Make(seed);
            string? fault = await FaultAsync(client, seed);
            if (fault is not null)
            {
                failures.Add($"seed {seed}: {fault}");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{seed} answers.");
        Assert.True(failures.Count == 0, $"{failures.Count} of {seed}:\n{string.Join("\n", failures.Take(10))}");
    }

    public static TheoryData<string> Locations => [.. HostileAnswers.Locations];

    [Theory]
    [MemberData(nameof(Locations))]
    public async Task A_redirect_to_any_address_ends_in_a_documented_exception(string location)
    {
        using var server = new HostileServer($"HTTP/1.1 307 x\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
        using var client = NewClient(server);
        await Assert.ThrowsAnyAsync<ApiException>(() => client.Completions.CreateAsync(Ask, cancellationToken: TestStop)).WaitAsync(Longest, TestStop);
    }

    [Theory]
    [InlineData("//")]
    [InlineData("//a:b:c/")]
    public async Task A_redirect_to_a_broken_address_says_so(string location)
    {
        using var server = new HostileServer($"HTTP/1.1 307 x\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
        using var client = NewClient(server);
        var error = await Assert.ThrowsAsync<ApiConnectionException>(() => client.Completions.CreateAsync(Ask, cancellationToken: TestStop));
        Assert.Contains("redirected to a malformed address", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, server.Requests);
    }

    /// <summary>A service names the response to resume; it must not choose which address is requested then.</summary>
    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    public async Task The_id_of_a_broken_response_cannot_change_the_path(string id)
    {
        string body = $$$"""data: {"type":"response.created","sequence_number":0,"response":{"id":"{{{id}}}","object":"response","status":"in_progress","background":true}}""" + "\n\n";
        using var server = new HostileServer($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 100000\r\n\r\n{body}");
        using var client = NewClient(server);
        await Assert.ThrowsAsync<StreamEndedEarlyException>(async () =>
            await ReadAsync(await client.Responses.CreateStreamingAsync(new ResponseRequest { Model = "m", Input = "hi", Background = true }, cancellationToken: TestStop)));
        Assert.Equal(1, server.Requests);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("../files")]
    [InlineData("models/../../files")]
    [InlineData("%2e%2e/files")]
    [InlineData("..\\files")]
    public async Task A_path_that_leads_out_of_the_base_address_is_refused(string path)
    {
        using var server = new HostileServer("");
        using var client = NewClient(server);
        await Assert.ThrowsAsync<ArgumentException>(() => client.StreamAsync<Completion>(HttpMethod.Get, path, null, cancellationToken: TestStop));
        Assert.Equal(0, server.Requests);
    }

    public static TheoryData<string, int> Bodies => new MatrixTheoryData<string, int>(HostileAnswers.Parts, [200, 500]);

    /// <summary>A megabyte of the same text: it must not cause deep recursion or quadratic time.</summary>
    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_repetitive_body_ends_soon(string part, int status)
    {
        byte[] body = HostileAnswers.Repeat(part, 1024 * 1024);
        using var server = new HostileServer(_ => [.. Encoding.Latin1.GetBytes($"HTTP/1.1 {status} x\r\nContent-Length: {body.Length}\r\n\r\n"), .. body]);
        using var client = NewClient(server);
        for (int operation = 0; operation < 3; operation++)
        {
            Assert.Null(await FaultAsync(client, operation));
        }
    }

    private static OpenAIClient NewClient(HostileServer server) => Client(server.Address, options =>
    {
        options.MaximumRetryCount = 0;
        options.OperationTimeout = TimeSpan.FromSeconds(5);
        options.Handler = new OnlyHandler(server.Address);
    });

    /// <summary>What is wrong with how a call ended; null if it ended as documented.</summary>
    private static async Task<string?> FaultAsync(OpenAIClient client, int operation)
    {
        try
        {
            await Task.Run(() => CallAsync(client, operation), TestStop).WaitAsync(Longest, TestStop);
            return null;
        }
        catch (ApiException)
        {
            return null;
        }
        catch (TimeoutException)
        {
            return $"no end within {Longest.TotalSeconds} s";
        }
        catch (Exception exception)
        {
            return exception.ToString();
        }
    }

    private static async Task CallAsync(OpenAIClient client, int operation)
    {
        switch (operation % 9)
        {
            case 0:
                await client.Completions.CreateAsync(Ask, cancellationToken: TestStop);
                break;
            case 1:
                await ReadAsync(await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop));
                break;
            case 2:
                await ReadAsync(await client.Responses.CreateStreamingAsync(new ResponseRequest { Model = "m", Input = "hi" }, cancellationToken: TestStop));
                break;
            case 3:
                await ReadAsync(await client.Chat.CreateStreamingAsync(new ChatCompletionRequest { Model = "m" }, cancellationToken: TestStop));
                break;
            case 4:
                await client.Chat.CreateAsync(new ChatCompletionRequest { Model = "m" }, cancellationToken: TestStop);
                break;
            case 5:
                await client.Models.ListAsync(cancellationToken: TestStop);
                break;
            case 6:
                (await client.Images.CreateAsync(new ImageRequest { Prompt = "x" }, cancellationToken: TestStop)).ToString();
                break;
            case 7:
                using (var audio = await client.Audio.CreateSpeechAsync(new SpeechRequest { Input = "x" }, cancellationToken: TestStop))
                {
                    await audio.CopyToAsync(Stream.Null, TestStop);
                }

                break;
            default:
                await client.Responses.GetAsync("resp_1", cancellationToken: TestStop);
                break;
        }
    }

    private static async Task ReadAsync<T>(SseStream<T> stream) where T : class
    {
        using (stream)
        {
            while (await stream.MoveNextAsync())
            {
                _ = stream.Current.ToString();
            }
        }
    }
}
