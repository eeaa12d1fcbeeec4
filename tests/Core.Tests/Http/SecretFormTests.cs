using System.Text;
using System.Text.Json;
using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Http;

/// <summary>What counts as a secret, and the forms in which one is known.</summary>
public class SecretFormTests
{
    private const string Odd = "k/+\"&<0123456789";
    private const string Value = "value-0123456789";

    public static TheoryData<string> SecretParameters =>
        ["key", "api-key", "api_key", "apikey", "token", "access_token", "sig", "signature", "code", "KEY", "Api-Key", "Access_Token"];

    public static TheoryData<string> OtherParameters => ["alt", "api-version", "keys", "tokens", "mykey", "codec", "sign", "model"];

    public static TheoryData<string> SecretHeaders =>
        ["authorization", "X-Authorization", "X-Auth", "x-auth-user", "Cookie", "api-key", "X-Keyring", "X-Token", "My-Secret", "X-Password-2"];

    public static TheoryData<string> OtherHeaders => ["X-Trace", "X-Origin", "OpenAI-Beta", "User-Agent"];

    public static TheoryData<string, string> Forms => new()
    {
        { "itself", Odd },
        { "in JSON, escaped", JsonEncodedText.Encode(Odd).ToString() },
        { "in JSON, its slashes escaped", Odd.Replace("/", "\\/") },
        { "in an address", Uri.EscapeDataString(Odd) },
        { "as Base64", Convert.ToBase64String(Encoding.UTF8.GetBytes(Odd)) },
        { "twice", Odd + Odd },
    };

    [Theory]
    [MemberData(nameof(SecretParameters))]
    public async Task A_parameter_that_carries_a_key_is_shown_without_it(string name)
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
    public async Task An_address_is_shown_without_who_asks(string query, string shown)
    {
        await using var server = await LoopbackServer.StartAsync();
        var address = new UriBuilder(server.Http1) { UserName = "me", Password = "my-password", Query = query }.Uri;
        Assert.Equal(string.Format(null, shown, address.Port), (await AskAsync(server, address, new())).AbsoluteUri);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_key_is_masked_in_each_form_that_it_may_have(string what, string form)
    {
        string? body = await EchoAsync("before " + form + " after", options => options.Credential = ApiCredential.FromKey(Odd));
        string masked = "before " + (what == "twice" ? "******" : "***") + " after";
        Assert.True(body == masked || body == masked.Replace("***", "***=="), $"{what}: {body}"); // Base64's padding tells nothing
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
    public async Task Any_other_header_may_be_seen_again(string name) =>
        Assert.Equal(Value, await EchoAsync(Value, options => options.Headers[name] = Value));

    [Fact]
    public async Task An_error_without_a_body_stays_empty() => Assert.Equal("", await EchoAsync("", _ => { }));

    /// <summary>What the caller's error shows of a text in the answer.</summary>
    private static async Task<string?> EchoAsync(string text, Action<OpenAIClientOptions> set)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Status(400).Send(text);
        using var client = Client(server.Http1, set);
        return (await Assert.ThrowsAsync<BadRequestException>(() => client.Completions.CreateAsync(Ask, null, TestStop))).Body;
    }

    private static async Task<string> ShownAsync(string query, string name)
    {
        await using var server = await LoopbackServer.StartAsync();
        var options = new RequestOptions();
        options.Query[name] = Value;
        options.Query["b"] = "2";
        string shown = (await AskAsync(server, new UriBuilder(server.Http1) { Query = query }.Uri, options)).Query;
        Assert.Equal($"/completions{query}&{name}={Value}&b=2", server.Requests[0].Path); // what is sent is whole
        return shown;
    }

    /// <summary>The address as it is told of a call.</summary>
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
