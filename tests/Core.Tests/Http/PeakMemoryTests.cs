using System.Diagnostics;
using System.Globalization;
using OpenAIStream.Tests.Sse;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Http;

/// <summary>The peak memory of a large answer, measured in its own process, and how fast a stop takes effect while it is read.</summary>
public class PeakMemoryTests
{
    private const string Job = "OPENAISTREAM_PEAK";

#if DEBUG
    private const int Slack = 1; // without optimization a local variable holds its object until its method ends
#else
    private const int Slack = 0;
#endif

    [Theory]
    [InlineData("image event", 48, 5)]
    [InlineData("image", 48, 5)]
    [InlineData("text", 64, 5)]
    [InlineData("choices", 64, 8)] // more than a million
    public async Task A_large_answer_is_not_copied_several_times(string kind, int megabytes, int most)
    {
        string said = await RunAsync(kind, megabytes);
        double times = double.Parse(said, CultureInfo.InvariantCulture) / megabytes;
        TestContext.Current.TestOutputHelper?.WriteLine($"{kind}, {megabytes} MB: {said} MB, {times:0.0} times its size");
        Assert.InRange(times, 1, most + Slack);
    }

    [Theory]
    [InlineData("image event")]
    [InlineData("image")]
    [InlineData("choices")]
    public async Task Running_out_of_memory_is_reported_as_such(string kind)
    {
        string said = await RunAsync(kind, 64, heapLimit: "0x6000000");
        Assert.Equal("There is not enough memory for the response.", said);
    }

    /// <summary>What the child process does.</summary>
    [Fact(Explicit = true)]
    public async Task Child()
    {
        string[] job = Environment.GetEnvironmentVariable(Job)!.Split('|');
        int megabytes = int.Parse(job[1], CultureInfo.InvariantCulture);
        using var client = Client(job[0], megabytes);
        using var process = Process.GetCurrentProcess();
        long before = process.WorkingSet64;
        string said;
        try
        {
            await CallAsync(client, job[0], TestStop);
            process.Refresh();
            said = ((process.PeakWorkingSet64 - before) / 1024 / 1024).ToString(CultureInfo.InvariantCulture);
        }
        catch (ApiException exception)
        {
            said = exception.Message;
        }

        await File.WriteAllTextAsync(job[2], said, TestStop);
    }

    /// <summary>71 MB when tests may take long: it takes seconds and 1.3 GB.</summary>
    [Theory]
    [InlineData("objects event")]
    [InlineData("objects")]
    public async Task A_stop_takes_effect_while_a_large_answer_is_parsed(string kind)
    {
        var stop = new CancellationTokenSource(); // not disposed: the thread below may still use it
        var heard = new Stopwatch();
        stop.Token.Register(heard.Start);
        using var client = Client(kind, LongRun.Is ? 71 : 24, () => CancelSoon(stop)); // everything has arrived, and is parsed from now on
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CallAsync(client, kind, stop.Token));
        Assert.InRange(heard.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    /// <summary>While parsing is in progress: on a thread of its own, because those of the pool may all be busy.</summary>
    private static void CancelSoon(CancellationTokenSource stop) => new Thread(() =>
    {
        Thread.Sleep(20);
        stop.Cancel();
    }).Start();

    private static OpenAIClient Client(string kind, int megabytes, Action? whenRead = null) => Setup.Client(new Uri("http://127.0.0.1/"), options =>
        (options.Handler, options.MaximumRetryCount) = (new LargeAnswer(kind, megabytes) { WhenRead = whenRead }, 0));

    private static async Task CallAsync(OpenAIClient client, string kind, CancellationToken stop)
    {
        var messages = new[] { new ChatMessage { Role = "user", Content = "hi" } };
        switch (kind)
        {
            case "image":
                Assert.NotEmpty((await client.Images.CreateAsync(new ImageRequest { Prompt = "hi" }, null, stop)).Data[0].ToBytes());
                break;
            case "image event":
                await foreach (var image in await client.Images.CreateStreamingAsync(new ImageRequest { Prompt = "hi" }, null, stop))
                {
                    Assert.NotEmpty(image.ToBytes());
                }

                break;
            case "objects":
                await client.Chat.CreateAsync(new ChatCompletionRequest { Messages = messages }, null, stop);
                break;
            default:
                await foreach (var chunk in await client.Chat.CreateStreamingAsync(new ChatCompletionRequest { Messages = messages }, null, stop))
                {
                    Assert.NotEmpty(chunk.Choices);
                }

                break;
        }
    }

    /// <summary>Runs <see cref="Child"/> in its own process. Returns its output.</summary>
    private static async Task<string> RunAsync(string kind, int megabytes, string? heapLimit = null)
    {
        string file = Path.GetTempFileName();
        try
        {
            string tests = typeof(PeakMemoryTests).Assembly.Location;
            var start = new ProcessStartInfo("dotnet", [tests, "-noColor", "-noLogo", "-explicit", "only", "-method", $"{typeof(PeakMemoryTests).FullName}.{nameof(Child)}"])
            {
                RedirectStandardOutput = true,
            };
            start.Environment[Job] = $"{kind}|{megabytes}|{file}";
            if (heapLimit is not null)
            {
                start.Environment["DOTNET_GCHeapHardLimit"] = heapLimit;
            }

            using var child = Process.Start(start)!;
            string output = await child.StandardOutput.ReadToEndAsync(TestStop);
            await child.WaitForExitAsync(TestStop);
            string said = await File.ReadAllTextAsync(file, TestStop);
            Assert.True(said.Length > 0, output);
            return said;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
