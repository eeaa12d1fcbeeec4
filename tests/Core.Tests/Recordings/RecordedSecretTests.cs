using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace OpenAIStream.Tests.Recordings;

/// <summary>No recording contains a secret, wherever it was.</summary>
public sealed class RecordedSecretTests
{
    private const string Key = "sk-proj-ab+cd/0123456789";

    public static TheoryData<string> Places => new()
    {
        { "data: {\"m\":\"Incorrect API key: " + Key + "\"}\n\n" },
        { "data: " + Uri.EscapeDataString(Key) + "\n\n" },
        { "data: " + Key.Replace("/", "\\/", StringComparison.Ordinal) + "\n\n" },
        { "data: {\"m\":\"" + System.Text.Json.JsonEncodedText.Encode(Key) + "\"}\n\n" },
        { "data: " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Key)) + "\n\n" },
        { "data: " + Key + Key + " and " + Key + "\n\n" },
        { "data: the parameter private-0 is no key\n\n" },
        { "the organization org-0123456789 of project proj_0123456789 may not\n" },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public async Task A_secret_in_an_answer_is_masked_however_it_is_split(string body)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        for (int cut = 1; cut < bytes.Length; cut += 3)
        {
            string text = await RecordAsync([bytes[..cut], bytes[cut..]], Request());
            string read = Encoding.UTF8.GetString([.. RecordingTextTests.Pieces(Recording.Parse(text)).SelectMany(piece => piece)]);
            Assert.Contains("***", read, StringComparison.Ordinal);
            AssertHidden(read);
            AssertHidden(text);
            Assert.EndsWith("\n", read, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Http.SecretFormTests.SecretParameters), MemberType = typeof(Http.SecretFormTests))]
    public async Task A_query_parameter_with_a_key_is_masked_in_the_answer_too(string name)
    {
        string text = await RecordAsync(["said 'a secret/key', 'a=b' and 'no secret'"u8.ToArray()], RecordTests.Post($"/v1/x?{name}=a%20secret%2Fkey&other=no%20secret&flag", "{}"));
        Assert.Contains($"?{name}=***&other=no%20secret&flag\n", text, StringComparison.Ordinal);
        Assert.Contains("said '***', 'a=b' and 'no secret'", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret/key", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_split_between_events_is_masked_and_the_text_around_it_stays()
    {
        string[] events =
        [
            "data: {\"choices\":[{\"delta\":{\"content\":\"my key: " + Key[..9] + "\"},\"n\":1}]}\n\n",
            "data: {\"choices\":[{\"delta\":{\"content\":\"" + Key[9..14].Replace("/", "\\/", StringComparison.Ordinal) + "\"},\"n\":2}]}\n\n",
            ": a comment\n\n",
            "data: {\"choices\":[{\"delta\":{\"content\":\"" + Key[14..] + " \u00FC\"}}]}\n\ndata: [DONE]\n\n",
        ];
        string text = await RecordAsync([.. events.Select(Encoding.UTF8.GetBytes)], Request());
        string[] read = RecordingTextTests.Pieces(Recording.Parse(text)).Select(piece => Encoding.UTF8.GetString([.. piece])).ToArray();
        Assert.Equal(
            [
                "data: {\"choices\":[{\"delta\":{\"content\":\"my key: ***\"},\"n\":1}]}\n\n",
                "data: {\"choices\":[{\"delta\":{\"content\":\"\"},\"n\":2}]}\n\n",
                ": a comment\n\n",
                "data: {\"choices\":[{\"delta\":{\"content\":\" \u00FC\"}}]}\n\ndata: [DONE]\n\n",
            ],
            read);
    }

    [Fact]
    public async Task Data_that_looks_like_what_was_sent_stays_whole()
    {
        var request = Request();
        request.Headers.Add("x-portkey-provider", "anthropic");
        request.Headers.Add("Idempotency-Key", "of-the-request");
        string text = await RecordAsync([Encoding.UTF8.GetBytes("data: {\"a\":\"anthropic and of-the-request\"}\n\n")], request);
        Assert.Contains("{\"a\":\"anthropic and of-the-request\"}", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_to_an_image_is_recorded_without_its_signature()
    {
        string text = await RecordAsync(["{\"data\":[{\"url\":\"https://x.blob.core.windows.net/a.png?se=2030&sig=abcdefgh12%3D&sp=r\"}]}"u8.ToArray()], Request());
        Assert.Contains("https://x.blob.core.windows.net/a.png?se=2030&sig=***&sp=r", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_in_the_request_s_JSON_and_cookies_are_masked_everywhere()
    {
        var request = RecordTests.Post("/v1/responses?subscription-key=abcdefgh34", """{"tools":[{"type":"mcp","authorization":"abcdefgh12","headers":{"X-Key":"abcdefgh56"}}],"input":"x"}""");
        string text = await RecordAsync(["said abcdefgh12, abcdefgh34, abcdefgh56 and abcdefgh78"u8.ToArray()], request, response => response.Headers.TryAddWithoutValidation("Set-Cookie", "s=abcdefgh78; Path=/"));
        Assert.Contains("said ***, ***, *** and ***", text, StringComparison.Ordinal);
        Assert.DoesNotContain("abcdefgh", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recording_is_readable_only_by_its_user()
    {
        using var folder = new TestFolder();
        var clock = new FakeTimeProvider();
        await StubHandler.ReadAsync(new RecordingHandler(folder.Path, new StubHandler(clock, [[1]], TimeSpan.FromMilliseconds(1))) { TimeProvider = clock }, Request());
        string recorded = Assert.Single(folder.Files);
        string saved = Path.Combine(folder.Path, "saved.recording.txt");
        Recording.Load(recorded).Save(saved);
        if (!OperatingSystem.IsWindows() && PlatformHasModes)
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(recorded));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(saved));
        }
    }

    // The build for Windows PowerShell does not set modes: there a file has the permissions of its folder.
    private static bool PlatformHasModes => typeof(Recording).Assembly.GetCustomAttributes(typeof(System.Runtime.Versioning.TargetFrameworkAttribute), false)
        .Cast<System.Runtime.Versioning.TargetFrameworkAttribute>().Single().FrameworkName.StartsWith(".NETCoreApp", StringComparison.Ordinal);

    [Fact]
    public async Task A_request_shows_its_content_without_credentials()
    {
        string text = await RecordAsync([[1]], Request());
        Assert.Contains("> POST /v1/x?key=***&a=1\n", text, StringComparison.Ordinal);
        Assert.Contains("> Authorization: ***\n", text, StringComparison.Ordinal);
        Assert.Contains("> Cookie: ***\n", text, StringComparison.Ordinal);
        Assert.Contains("> OpenAI-Organization: ***\n", text, StringComparison.Ordinal);
        Assert.Contains("> X-My-Header: ***\n", text, StringComparison.Ordinal);
        Assert.Contains("> OpenAI-Beta: assistants=v2\n", text, StringComparison.Ordinal);
        Assert.Contains("|   \"prompt\": \"my key is ***\"\n", text, StringComparison.Ordinal);
        AssertHidden(text);
    }

    [Fact]
    public async Task An_answer_keeps_its_relevant_headers()
    {
        string text = await RecordAsync([[1]], Request());
        foreach (string line in new[] { "Set-Cookie: ***", "openai-organization: ***", "openai-project: ***", "Via: ***", "x-request-id: req_1", "x-ratelimit-limit-tokens: 100", "X-Echo: ***" })
        {
            Assert.Contains($"< {line}\n", text, StringComparison.OrdinalIgnoreCase);
        }

        Assert.DoesNotContain("Content-Length", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_reason_phrase_of_a_status_shows_no_secret()
    {
        string text = await RecordAsync([[1]], Request(), response => response.ReasonPhrase = "no " + Key);
        Assert.Contains("< 200 no ***\n", text, StringComparison.Ordinal);
        AssertHidden(text);
    }

    private static void AssertHidden(string text)
    {
        foreach (string secret in new[] { Key, "0123456789", "QrY2QvMDEyMzQ1Njc4", "cookie-value", "private" })
        {
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        }
    }

    private static HttpRequestMessage Request()
    {
        var request = RecordTests.Post("/v1/x?key=private-0&a=1", $$"""{"prompt":"my key is {{Key}}"}""");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        request.Headers.Add("Cookie", "a=cookie-value-0123");
        request.Headers.Add("OpenAI-Organization", "org-0123456789");
        request.Headers.Add("OpenAI-Project", "proj_0123456789");
        request.Headers.Add("OpenAI-Beta", "assistants=v2");
        request.Headers.Add("X-My-Header", "private-1");
        return request;
    }

    private static async Task<string> RecordAsync(byte[][] pieces, HttpRequestMessage request, Action<HttpResponseMessage>? set = null)
    {
        using var folder = new TestFolder();
        var clock = new FakeTimeProvider();
        var stub = new StubHandler(clock, pieces, TimeSpan.FromMilliseconds(1))
        {
            Set = response =>
            {
                response.Headers.Add("Set-Cookie", "a=private");
                response.Headers.Add("openai-organization", "private-organization");
                response.Headers.Add("openai-project", "proj_0123456789");
                response.Headers.Add("Via", "1.1 private-proxy");
                response.Headers.Add("x-request-id", "req_1");
                response.Headers.Add("x-ratelimit-limit-tokens", "100");
                response.Headers.Add("X-Echo", Key);
                response.Content.Headers.ContentLength = pieces.Sum(piece => piece.Length);
                set?.Invoke(response);
            },
        };
        await StubHandler.ReadAsync(new RecordingHandler(folder.Path, stub) { TimeProvider = clock }, request);
        return await File.ReadAllTextAsync(Assert.Single(folder.Files));
    }
}
