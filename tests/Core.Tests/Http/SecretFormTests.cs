using System.Text;
using System.Text.Json;
using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Http;

/// <summary>What counts as a secret, and the forms in which it is recognized.</summary>
public class SecretFormTests
{
    private const string Odd = "k/+\"&<0123456789";
    private const string Value = "value-0123456789";

    public static TheoryData<string> SecretParameters =>
        ["key", "api-key", "api_key", "apikey", "token", "access_token", "sig", "signature", "code", "KEY", "Api-Key", "Access_Token",
            "subscription-key", "X-Amz-Signature", "X-Amz-Security-Token", "X-Amz-Credential", "password", "accessToken", "client_secret"];

    public static TheoryData<string> OtherParameters => ["alt", "api-version", "keys", "tokens", "mykey", "codec", "sign", "model", "monkey", "keyword", "passwords", "country-code"];

    public static TheoryData<string> SecretHeaders =>
        ["authorization", "X-Authorization", "X-Auth", "x-auth-user", "Cookie", "api-key", "X-Token", "My-Secret", "X-Password-2",
            "Ocp-Apim-Subscription-Key", "x-functions-key", "X-Goog-Api-Key", "xApiKey", "X-Amz-Security-Token", "Proxy-Authorization"];

    public static TheoryData<string> OtherHeaders => ["X-Trace", "X-Origin", "OpenAI-Beta", "User-Agent", "x-portkey-provider", "X-Keyring", "X-Tokenizer", "X-Author", "Idempotency-Key", "X-Signed-By", "X-Error-Code"];

    public static TheoryData<string, string> Forms => new()
    {
        { "itself", Odd },
        { "in JSON, escaped", JsonEncodedText.Encode(Odd).ToString() },
        { "in JSON, its slashes escaped", Odd.Replace("/", "\\/") },
        { "in an address", Uri.EscapeDataString(Odd) },
        { "in an address, in lower case", Uri.EscapeDataString(Odd).ToLowerInvariant() },
        { "in a form", System.Net.WebUtility.UrlEncode(Odd) },
        { "as Base64", Convert.ToBase64String(Encoding.UTF8.GetBytes(Odd)) },
        { "twice", Odd + Odd },
    };

    [Theory]
    [MemberData(nameof(SecretParameters))]
    public async Task A_query_parameter_with_a_key_is_shown_without_its_value(string name)
    {
        Assert.Equal($"?a=1&{name}=***&b=2", await ShownAsync("?a=1", name));
    }

    [Theory]
    [MemberData(nameof(OtherParameters))]
    public async Task Any_other_parameter_is_shown(string name)
    {
        Assert.Equal($"?a=1&{name}={Value}&b=2", await ShownAsync("?a=1", name));
    }

    [Theory]
    [InlineData("", "http://127.0.0.1:{0}/completions")]
    [InlineData("?key=abc%20def&alt=a%20b", "http://127.0.0.1:{0}/completions?key=***&alt=a%20b")]
    [InlineData("?key=a=b", "http://127.0.0.1:{0}/completions?key=***")]
    public async Task An_address_is_shown_without_credentials(string query, string shown)
    {
        await using var server = await LoopbackServer.StartAsync();
        var address = new UriBuilder(server.Http1) { UserName = "me", Password = "my-password", Query = query }.Uri;
        Assert.Equal(string.Format(null, shown, address.Port), (await AskAsync(server, address, new())).AbsoluteUri);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_key_is_masked_in_each_of_its_forms(string what, string form)
    {
        string? body = await EchoAsync("before " + form + " after", options => options.Credential = ApiCredential.FromKey(Odd));
        string masked = "before " + (what == "twice" ? "******" : "***") + " after";
        Assert.True(body == masked || body == masked.Replace("***", "***=="), $"{what}: {body}"); // Base64's padding reveals nothing
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("Bearer ")]
    [InlineData("user:")]
    public async Task A_key_within_a_longer_Base64_text_is_masked(string before)
    {
        string text = Convert.ToBase64String(Encoding.UTF8.GetBytes(before + Odd + " and more"));
        foreach (string form in new[] { text, text.Replace('+', '-').Replace('/', '_') })
        {
            string? body = await EchoAsync(form, options => options.Credential = ApiCredential.FromKey(Odd));
            int start = (before.Length * 4 + 2) / 3;
            Assert.Contains("***", body);
            Assert.DoesNotContain(form.Substring(start + 1, 6), body);
        }
    }

    [Theory]
    [InlineData("12345678", "bad *** and 1234567")]
    [InlineData("1234567", "bad 12345678 and 1234567")]
    public async Task A_secret_has_at_least_eight_characters(string key, string shown) =>
        Assert.Equal(shown, await EchoAsync("bad 12345678 and 1234567", options => options.Credential = ApiCredential.FromKey(key)));

    [Theory]
    [MemberData(nameof(SecretHeaders))]
    public async Task A_header_that_carries_a_credential_is_masked(string name)
    {
        string text = $"Scheme and {Value}";
        Assert.Equal("Scheme and ***", await EchoAsync(text, options => options.Headers[name] = "Scheme " + Value));
        Assert.Equal("Scheme and ***", await EchoAsync(text, options => options.Headers[name] = Value));
    }

    [Theory]
    [MemberData(nameof(OtherHeaders))]
    public async Task Any_other_header_may_be_echoed(string name) =>
        Assert.Equal(Value, await EchoAsync(Value, options => options.Headers[name] = Value));

    [Theory]
    [InlineData("Authorization", "Basic bWU6bXktcGFzc3dvcmQ=", "my-password")]
    [InlineData("Authorization", "Basic bWU6bXktcGFzc3dvcmQ=", "bWU6bXktcGFzc3dvcmQ")]
    [InlineData("Authorization", "Token token=\"abcdefgh12\"", "abcdefgh12")]
    [InlineData("Authorization", "ApiKey abcdefgh12", "abcdefgh12")]
    [InlineData("Authorization", "abcdefgh12", "abcdefgh12")]
    [InlineData("Authorization", "Digest username=\"someone-else\", realm=\"everybody\", response=\"abcdefgh12\"", "abcdefgh12")]
    [InlineData("Authorization", "AWS4-HMAC-SHA256 Credential=AKIA0123456789/x, SignedHeaders=host;x-date, Signature=abcdefgh12", "abcdefgh12")]
    [InlineData("Authorization", "AWS4-HMAC-SHA256 Credential=AKIA0123456789/x, SignedHeaders=host;x-date, Signature=abcdefgh12", "AKIA0123456789/x")]
    [InlineData("Cookie", "a=1; session=abcdefgh12; b=2", "abcdefgh12")]
    public async Task A_credential_is_masked_whatever_its_scheme(string header, string value, string secret)
    {
        string? body = await EchoAsync($"wrong: {secret} (everybody)", options => options.Headers[header] = value);
        Assert.StartsWith("wrong: ***", body, StringComparison.Ordinal);
        Assert.EndsWith("(everybody)", body, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"tools":[{"type":"mcp","authorization":"abcdefgh12"}]}""")]
    [InlineData("""{"tools":[{"type":"mcp","headers":{"X-Token":"abcdefgh12"}}]}""")]
    [InlineData("""{"tools":[{"type":"mcp","headers":{"Authorization":"Bearer abcdefgh12"}}]}""")]
    [InlineData("""{"extra":{"api_key":"abcdefgh12"}}""")]
    [InlineData("""{"extra":{"clientSecret":"abcdefgh12"}}""")]
    public async Task A_secret_in_the_request_s_JSON_is_masked(string fields)
    {
        Assert.Equal("wrong: *** in abcdefghij", await EchoAsync("wrong: abcdefgh12 in abcdefghij", _ => { }, Asking(fields)));
    }

    [Theory]
    [InlineData("""{"tools":[{"code":"abcdefgh12"}]}""")]
    [InlineData("""{"key":"abcdefgh12","token":"abcdefgh12","max_tokens":"abcdefgh12","prompt_cache_key":"abcdefgh12"}""")]
    public async Task Data_in_the_request_s_JSON_is_not(string fields)
    {
        Assert.Equal("abcdefgh12", await EchoAsync("abcdefgh12", _ => { }, Asking(fields)));
    }

    [Theory]
    [InlineData("https://x.blob.core.windows.net/a.png?se=2030&sig=abcd%2Fefgh12%3D", "https://x.blob.core.windows.net/a.png?se=2030&sig=***")]
    [InlineData("{\"url\":\"https://x/a.png?se=2030\\u0026sig=abcdefgh12\"}", "{\"url\":\"https://x/a.png?se=2030\\u0026sig=***\"}")]
    [InlineData("https://x/a?X-Amz-Signature=abcdefgh12&X-Amz-Date=20300101", "https://x/a?X-Amz-Signature=***&X-Amz-Date=20300101")]
    [InlineData("https://x/a?se=2030&SIG=abcdefgh12", "https://x/a?se=2030&SIG=***")]
    [InlineData("=https://x/a?sig=abcdefgh12", "=https://x/a?sig=***")]
    [InlineData("design=abcdefgh12 and sig=abcdefgh12", "design=abcdefgh12 and sig=abcdefgh12")]
    public async Task A_signed_link_is_masked(string text, string shown) => Assert.Equal(shown, await EchoAsync(text, _ => { }));

    [Fact]
    public async Task Secrets_in_the_address_are_masked_when_they_are_echoed()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Status(400).Send("me:my-p%40ssword, me:my-p@ssword, my-p@ssword, of!the%21base, of!the!base, of-the-call, plain-value");
        var address = new UriBuilder(server.Http1) { UserName = "me", Password = "my-p%40ssword", Query = "subscription-key=of!the%21base&plain=plain-value" }.Uri;
        using var client = Client(address);
        var options = new RequestOptions();
        options.Query["token"] = "of-the-call";
        var error = await Assert.ThrowsAsync<BadRequestException>(() => client.Completions.CreateAsync(Ask, options, TestStop));
        Assert.Equal("***, ***, ***, ***, ***, ***, plain-value", error.Body);
        Assert.DoesNotContain("ssword", client.BaseAddress.AbsoluteUri, StringComparison.Ordinal);
        Assert.Contains("?subscription-key=***&plain=plain-value", client.BaseAddress.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_s_headers_and_its_partial_text_hide_secrets_and_nothing_else()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse("""{"choices":[{"text":"from anthropic with sk-ab"}]}""", """{"choices":[{"text":"cdefgh12 https://x/?sig=abcdefgh12"}]}""", """{"error":{"message":"no"}}""")
            .Header("X-Echo", "Bearer sk-abcdefgh12").Header("Set-Cookie", "a=of-the-server").Header("X-Provider", "anthropic");
        using var client = Client(server.Http1, options =>
        {
            options.Credential = ApiCredential.FromKey("sk-abcdefgh12");
            options.Headers["x-portkey-provider"] = "anthropic";
        });
        using var stream = await client.Completions.CreateStreamingAsync(Ask, null, TestStop);
        Assert.Equal("Bearer ***", stream.Headers["X-Echo"]);
        Assert.Equal("***", stream.Headers["Set-Cookie"]);
        Assert.Equal("anthropic", stream.Headers["X-Provider"]);
        Assert.True(await stream.MoveNextAsync());
        Assert.Equal("from anthropic with sk-ab", stream.Current.Text);
        Assert.True(await stream.MoveNextAsync());
        var error = await Assert.ThrowsAnyAsync<ApiException>(async () => await stream.MoveNextAsync());
        Assert.Equal("from anthropic with *** https://x/?sig=abcdefgh12", error.PartialText);
    }

    [Fact]
    public async Task An_error_without_a_body_stays_empty() => Assert.Equal("", await EchoAsync("", _ => { }));

    private static CompletionRequest Asking(string fields)
    {
        var asked = new CompletionRequest { Model = "m", Prompt = "abcdefghij" };
        var more = JsonModel.Create(typeof(JsonMap), fields);
        foreach (string field in more.GetFieldNames())
        {
            asked[field] = more[field];
        }

        return asked;
    }

    /// <summary>The part of a text in the answer that the caller's error shows.</summary>
    private static async Task<string?> EchoAsync(string text, Action<OpenAIClientOptions> set, CompletionRequest? asked = null)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Status(400).Send(text);
        using var client = Client(server.Http1, set);
        return (await Assert.ThrowsAsync<BadRequestException>(() => client.Completions.CreateAsync(asked ?? Ask, null, TestStop))).Body;
    }

    private static async Task<string> ShownAsync(string query, string name)
    {
        await using var server = await LoopbackServer.StartAsync();
        var options = new RequestOptions();
        options.Query[name] = Value;
        options.Query["b"] = "2";
        string shown = (await AskAsync(server, new UriBuilder(server.Http1) { Query = query }.Uri, options)).Query;
        Assert.Equal($"/completions{query}&{name}={Value}&b=2", server.Requests[0].Path); // the sent request is complete
        return shown;
    }

    /// <summary>The address as telemetry and errors show it.</summary>
    private static async Task<Uri> AskAsync(LoopbackServer server, Uri address, RequestOptions options)
    {
        server.Default = Reply.Json(200, """{"choices":[]}""");
        var told = new List<CallEvent>();
        options.OnEvent = told.Add;
        using var client = Client(address);
        await client.Completions.CreateAsync(Ask, options, TestStop);
        return Assert.Single(told.OfType<RequestSending>()).Address;
    }
}
