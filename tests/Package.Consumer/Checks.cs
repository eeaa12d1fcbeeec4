using System.Diagnostics;
using System.IO.Compression;
using System.Reflection;
using OpenAIStream;

namespace PackageConsumer;

/// <summary>Uses the package as a C# user does, and nothing else.</summary>
internal static class Checks
{
    private static readonly CompletionRequest Ask = new() { Model = "m", Prompt = "hi" };

    public static Task The_package_contains_both_builds_with_their_docs_and_sources()
    {
        string path = typeof(Checks).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(one => one.Key == "Package").Value!;
        using var package = ZipFile.OpenRead(path);
        var entries = package.Entries.Select(entry => entry.FullName).ToList();
        foreach (string file in new[] { "README.md", "lib/net8.0/OpenAIStream.Core.dll", "lib/net8.0/OpenAIStream.Core.xml", "lib/netstandard2.0/OpenAIStream.Core.dll", "lib/netstandard2.0/OpenAIStream.Core.xml" })
        {
            Is.True(entries.Contains(file), $"{file} is missing");
        }

        using var nuspec = new StreamReader(package.GetEntry("OpenAIStream.Core.nuspec")!.Open());
        string text = nuspec.ReadToEnd();
        Is.True(text.Contains("""<group targetFramework="net8.0" />""", StringComparison.Ordinal), "on .NET there are no dependencies");
        Is.True(text.Contains("""<license type="expression">MIT</license>""", StringComparison.Ordinal), "there is a license");

        // Errors show file and line: the symbols are in the assembly.
        string? stack = Is.Thrown<ArgumentException>(() => new OpenAIClient(new() { Handler = new Answering("") }).Stream<Uri>(HttpMethod.Get, "x")).StackTrace;
        Is.True(stack!.Contains(".cs:line ", StringComparison.Ordinal), stack);
        return Task.CompletedTask;
    }

    public static async Task A_stream_is_read_with_await_foreach()
    {
        using var client = new OpenAIClient(new() { Handler = new Answering(Answers.Completion) });
        var texts = new List<string>();
        await using var stream = await client.Completions.CreateStreamingAsync(Ask);
        await foreach (var chunk in stream)
        {
            texts.Add(chunk.Text);
        }

        Is.Equal("Hello| world", string.Join('|', texts));
        Is.Equal(StreamEnd.Done, stream.End);
    }

    public static async Task LINQ_works_on_a_stream_without_casts()
    {
        using var client = new OpenAIClient(new() { Handler = new Answering(Answers.Response) });
        await using var stream = await client.Responses.CreateStreamingAsync(new() { Model = "m", Input = "hi" });
        Is.Equal("Hello world", string.Concat(await stream.OfType<ResponseTextDeltaEvent>().Select(delta => delta.Delta).ToListAsync()));

        await using var other = await client.Responses.CreateStreamingAsync(new() { Model = "m", Input = "hi" });
        string first = await other.Where(one => one.Text.Length > 0).Select(one => one.Text).FirstAsync();
        Is.Equal("Hello", first);
        Is.Equal(StreamEnd.Disposed, other.End); // leaving the loop has closed it
    }

    public static Task A_stream_is_read_step_by_step_and_blocking()
    {
        using var client = new OpenAIClient(new() { Handler = new Answering(Answers.Completion) });
        using var stream = client.Completions.CreateStreaming(Ask);
        Is.True(stream.MoveNext(), "there is a chunk");
        Is.Equal("Hello", stream.Current.Text);
        Is.Equal(" world", string.Concat(stream.ToBlockingEnumerable().Select(chunk => chunk.Text)));
        return Task.CompletedTask;
    }

    public static async Task A_client_can_be_faked()
    {
        using var client = new FakeClient();
        await using var stream = await client.Chat.CreateStreamingAsync(new());
        Is.Equal("Hi", string.Concat(await stream.Select(chunk => chunk.Text).ToListAsync()));

        var busy = Is.Thrown<RateLimitException>(() => client.Chat.Create(new()));
        Is.Equal((429, TimeSpan.FromSeconds(7), "req_1"), (busy.StatusCode, busy.RetryAfter!.Value, busy.RequestId!));
    }

    public static async Task A_custom_handler_sees_each_request()
    {
        var counting = new Counting { InnerHandler = new Answering(Answers.Completion) };
        using var client = new OpenAIClient(new() { BaseAddress = new Uri("https://api.example.test/v1"), Handler = counting });
        await using var stream = await client.Completions.CreateStreamingAsync(Ask);
        Is.Equal(2, await stream.CountAsync());
        Is.Equal("https://api.example.test/v1/completions", counting.Addresses.Single());
    }

    public static async Task A_call_is_a_span()
    {
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "OpenAIStream.Core",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        using var client = new OpenAIClient(new() { Handler = new Answering(Answers.Completion) });
        await using (var stream = await client.Completions.CreateStreamingAsync(Ask))
        {
            Is.Equal(2, await stream.CountAsync());
        }

        Is.Equal("text_completion m", spans.Single().DisplayName);
    }

    public static async Task A_recording_is_replayed()
    {
        string folder = Directory.CreateTempSubdirectory("package-consumer").FullName;
        try
        {
            var key = ApiCredential.FromKey("sk-never-to-be-seen");
            using (var recording = new OpenAIClient(new() { Credential = key, Handler = new RecordingHandler(folder, new Answering(Answers.Completion)) }))
            {
                await using var stream = await recording.Completions.CreateStreamingAsync(Ask);
                Is.Equal(2, await stream.CountAsync());
            }

            Is.True(!File.ReadAllText(Recording.FilesIn(folder).Single()).Contains("never-to-be-seen", StringComparison.Ordinal), "the key was recorded");
            using var replaying = new OpenAIClient(new() { Handler = new ReplayHandler(folder) { MatchOn = RecordingMatch.Method | RecordingMatch.Path } });
            await using var replayed = await replaying.Completions.CreateStreamingAsync(new() { Prompt = "another" });
            Is.Equal("Hello world", string.Concat(await replayed.Select(chunk => chunk.Text).ToListAsync()));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }
}
