using System.Text;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Http;

/// <summary>A web page instead of an answer is reported by its title.</summary>
public class HtmlErrorTests
{
    private const string Style = "<style>body { margin: 0 }</style><script>if (a < b) { alert('<title>no</title>') }</script>";

    public static TheoryData<string, string> Pages => new()
    {
        { "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>", "502 Bad Gateway" },
        { "<!DOCTYPE html>\r\n<HTML><HEAD>\n<TITLE>\n  Sign in\n  to the network </TITLE></HEAD><BODY><form>user <input></form></BODY></HTML>", "Sign in to the network" },
        { "\uFEFF <?xml version=\"1.0\"?><!DOCTYPE html><html><head><meta charset='utf-8'><title lang=\"en\">Blocked &amp; logged</title></head></html>", "Blocked & logged" },
        { "<html><head><title></title></head><body><h1>Service <b>Unavailable</b></h1><p>long words</p></body></html>", "Service Unavailable" },
        { $"<html><head>{Style}</head><body><p>Only <i>text</i></p>{Style}</body></html>", "Only text" },
        { "<!-- made by a machine --><html><title>From a comment on</title></html>", "From a comment on" },
        { "<html><body><h2>Access denied</h2><script>var x = '", "Access denied" },
        { "<html><body>Cut in the script<script>var x = '", "Cut in the script" },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task The_error_for_a_page_with_an_error_status_contains_its_title(string page, string expected)
    {
        using var server = new HostileServer(_ => Page("502 x", page));
        using var client = Client(server.Address, options => options.MaximumRetryCount = 0);
        var error = await Assert.ThrowsAsync<InternalServerException>(() => client.Completions.CreateAsync(Ask, cancellationToken: TestStop));
        Assert.Equal($"The service returned 502: {expected}", error.Message);
        Assert.Contains("<", error.Body!, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Of_a_page_instead_of_the_answer_too(string page, string expected)
    {
        using var server = new HostileServer(_ => Page("200 OK", page));
        using var client = Client(server.Address, options => options.MaximumRetryCount = 0);
        var error = await Assert.ThrowsAsync<ResponseFormatException>(() => client.Completions.CreateAsync(Ask, cancellationToken: TestStop));
        Assert.EndsWith($"It says: {expected}", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Page(string status, string page)
    {
        byte[] body = Encoding.UTF8.GetBytes(page);
        return [.. Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {body.Length}\r\n\r\n"), .. body];
    }
}
