using OpenAIStream.Loopback;
using OpenAIStream.Tests.Http;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Streaming;

/// <summary>Images to edit are sent as a form, which the server's own reader parses.</summary>
public sealed class ImageEditTests : IDisposable
{
    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0xFF, 0x0D, 0x0A, (byte)'-', (byte)'-'];
    private static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 0, 1, 2, 0xFE];

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task Every_file_and_field_arrives_byte_for_byte_with_its_name_and_type()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, """{"created":1,"data":[{"b64_json":"AQID"}],"output_format":"svg","quality":"max","size":"1x1","background":"opaque","safety_identifier":"s","usage":{"total_tokens":3,"output_tokens_details":{"image_tokens":2}},"svg_usage":{"model":"w","input_tokens":1,"output_tokens":2,"reasoning_tokens":1,"total_tokens":3}}""");
        using var client = Client(server.Http1);
        byte[] every = [.. Enumerable.Range(0, 256).Select(static value => (byte)value)];

        var result = client.Images.Create(
            new()
            {
                Model = "m",
                Prompt = "Grüße",
                Images = [new("a \"1\".png", Png), new("ü.jpg", Jpeg), new("raw", every)],
                Mask = new("mask.png", Png),
                InputFidelity = "high",
                OutputFormat = "svg",
                OutputCompression = 50,
                Moderation = "low",
                Complexity = "high",
                FrameCount = 2,
                FrameDurationMs = 100,
                Svg = new SvgSettings { Model = "w", Reasoning = new JsonMap { ["effort"] = "low" } },
                SafetyIdentifier = "s",
                ["of_tomorrow"] = new object?[] { "x", 1, true, null, new JsonMap { ["a"] = 0.5 } },
                ["nothing"] = null,
            },
            cancellationToken: TestStop);

        var request = server.Requests[0];
        Assert.Equal(("POST", "/images/edits", "application/json"), (request.Method, request.Path, request.Headers["Accept"]));
        Assert.Equal(
            [
                "model=m", "prompt=Grüße", "input_fidelity=high", "output_format=svg", "output_compression=50", "moderation=low", "complexity=high",
                "frame_count=2", "frame_duration_ms=100", "svg[model]=w", "svg[reasoning][effort]=low", "safety_identifier=s",
                "of_tomorrow[]=x", "of_tomorrow[]=1", "of_tomorrow[]=true", "of_tomorrow[][a]=0.5", "stream=false",
            ],
            request.Form.Where(static part => part.FileName is null).Select(static part => $"{part.Name}={part.Text}"));
        Assert.Equal(
            [("image[]", "a %221%22.png", "image/png"), ("image[]", "ü.jpg", "image/jpeg"), ("image[]", "raw", "application/octet-stream"), ("mask", "mask.png", "image/png")],
            request.Form.Where(static part => part.FileName is not null).Select(static part => (part.Name, part.FileName!, part.ContentType!)));
        Assert.Equal([Png, Jpeg, every, Png], request.Form.Where(static part => part.FileName is not null).Select(static part => part.Content));

        Assert.Equal([1, 2, 3], result.Data[0].ToBytes());
        Assert.Equal(("svg", "max", "1x1", "opaque", "s"), (result.OutputFormat, result.Quality, result.Size, result.Background, result.SafetyIdentifier));
        Assert.Equal((2, "w", 1, 2, 1, 3), (result.Usage?.OutputTokensDetails?.ImageTokens, result.SvgUsage?.Model, result.SvgUsage?.InputTokens, result.SvgUsage?.OutputTokens, result.SvgUsage?.ReasoningTokens, result.SvgUsage?.TotalTokens));
    }

    [Fact]
    public async Task An_edit_is_streamed_with_its_partial_images()
    {
        string[] payloads =
        [
            """{"type":"image_edit.partial_image","b64_json":"AQ==","partial_image_index":0}""",
            """{"type":"image_edit.completed","b64_json":"AQID","safety_identifier":"s","usage":{"total_tokens":9}}""",
        ];
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(payloads).Stall();
        using var client = Client(server.Http1);
        using var stream = await client.Images.CreateStreamingAsync(new() { Prompt = "p", Images = [new("a.png", Png)], Markup = new("m.png", Png), PartialImages = 1 }, cancellationToken: TestStop);

        var joined = new ImageAccumulator();
        var events = stream.ToBlockingEnumerable().ToList();
        events.ForEach(joined.Add);

        Assert.Equal([(0, false), (null, true)], events.Select(one => (one.ImageIndex, one.IsCompleted)));
        Assert.Equal(payloads, events.Select(one => one.ToJson()));
        Assert.Equal(("AQID", "s"), (joined.Whole.Data[0].ImageBase64, joined.Whole.SafetyIdentifier));
        Assert.Equal("text/event-stream", server.Requests[0].Headers["Accept"]);
        Assert.Equal(["prompt", "partial_images", "stream", "image[]", "markup"], server.Requests[0].Form.Select(part => part.Name));
        Assert.Equal("true", server.Requests[0].Form[2].Text);
    }

    [Fact]
    public async Task The_stream_waits_for_as_many_images_as_were_requested()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse("""{"type":"image_edit.completed","b64_json":"AQID"}""");
        using var client = Client(server.Http1);
        using var stream = client.Images.CreateStreaming(new() { Prompt = "p", N = 2, Images = [new("a.png", Png)] }, cancellationToken: TestStop);
        Assert.Throws<StreamEndedEarlyException>(() => stream.ToBlockingEnumerable().Count());
    }

    [Fact]
    public async Task Another_attempt_sends_the_same_body()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Json(500, "{}"));
        server.Default = Reply.Json(200, """{"data":[{"b64_json":"AQID"}]}""");
        var clock = new RetryClock();
        using var client = Client(server.Http1, options => options.TimeProvider = clock);
        await client.Images.CreateAsync(new() { Prompt = "p", Images = [new("a.png", Png)] }, clock.Skipping(), TestStop);
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(server.Requests[0].Body, server.Requests[1].Body);
        Assert.Equal(Png, server.Requests[1].Form[^1].Content);
    }

    [Fact]
    public async Task Without_images_one_is_created_and_a_mask_is_refused()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, """{"data":[{"b64_json":"AQID"}]}""");
        using var client = Client(server.Http1);
        client.Images.Create(new() { Prompt = "p", Images = null, Svg = new SvgSettings { Model = "w" } }, cancellationToken: TestStop);
        Assert.Equal(("/images/generations", """{"prompt":"p","svg":{"model":"w"},"stream":false}"""), (server.Requests[0].Path, server.Requests[0].Body));
        Assert.Throws<ArgumentException>(() => client.Images.Create(new() { Prompt = "p", Mask = new("m.png", Png) }, cancellationToken: TestStop));
        Assert.Throws<ArgumentException>(() => client.Images.Create(new() { Prompt = "p", Markup = new("m.png", Png) }, cancellationToken: TestStop));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_dry_run_reports_the_address_and_the_size()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var client = Client(server.Http1);
        var request = new ImageRequest { Model = "m", Prompt = "p", Images = [new("a.png", new byte[10_000])] };
        var error = await Assert.ThrowsAsync<RequestNotSentException>(() => client.Images.CreateAsync(request, new RequestOptions { DryRun = true }, TestStop));
        Assert.EndsWith("/images/edits", error.Request.Address.AbsolutePath, StringComparison.Ordinal);
        Assert.InRange(error.Request.BodyBytes!.Value, 10_000, 11_000);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public void A_file_is_read_with_its_name()
    {
        File.WriteAllBytes(_path, Png);
        var file = ImageFile.Read(_path);
        Assert.Equal((Path.GetFileName(_path), Path.GetFileName(_path)), (file.FileName, file.ToString()));
        Assert.Equal(Png, file.Content);
        Assert.Equal(Png, ImageFile.ReadMask(_path).Content);
        File.WriteAllText(_path, "of a kind that only a service may know");
        Assert.NotNull(ImageFile.ReadMask(_path));
    }

    [Theory]
    [InlineData("", MediaFileFault.Empty, "'*' is empty or not a regular file. Devices and pipes are not read.")]
    [InlineData("%PDF-1.7", MediaFileFault.UnsupportedType, "'*' is application/pdf. The image formats PNG, JPEG, GIF and WebP are supported.")]
    public void A_file_that_is_certainly_no_image_is_refused(string content, MediaFileFault fault, string message)
    {
        File.WriteAllText(_path, content);
        var error = Assert.Throws<MediaFileException>(() => ImageFile.Read(_path));
        Assert.Equal((fault, message.Replace("*", _path, StringComparison.Ordinal)), (error.Fault, error.Message));
    }

    [Fact]
    public void A_mask_must_be_a_PNG_file_within_the_limit()
    {
        File.WriteAllBytes(_path, Jpeg);
        Assert.Contains("is image/jpeg. A mask or markup must be a PNG", Assert.Throws<MediaFileException>(() => ImageFile.ReadMask(_path)).Message, StringComparison.Ordinal);
        Assert.Equal(MediaFileFault.TooLarge, Assert.Throws<MediaFileException>(() => ImageFile.Read(_path, 7)).Fault);
        var error = Assert.Throws<MediaFileException>(() => ImageFile.Read(Path.GetTempPath()));
        Assert.Equal((MediaFileFault.NotReadable, $"'{Path.GetTempPath()}' is a directory, not a file."), (error.Fault, error.Message));
    }
}
