using Xunit;

namespace OpenAIStream.Tests.Http;

/// <summary>One function defines the same origin.</summary>
public class OriginTests
{
    [Theory]
    [InlineData("https://a.example", "https://a.example/v1?x=1#y", true)]
    [InlineData("https://a.example", "https://A.EXAMPLE", true)]
    [InlineData("https://a.example", "HTTPS://a.example:443", true)]
    [InlineData("http://a.example", "http://a.example:80/", true)]
    [InlineData("https://a.example", "https://user:password@a.example", true)]
    [InlineData("http://[::1]:8080", "http://[0:0:0:0:0:0:0:1]:8080/v1", true)]
    [InlineData("https://a.example", "http://a.example", false)]
    [InlineData("https://a.example", "http://a.example:443", false)]
    [InlineData("https://a.example", "https://a.example:8443", false)]
    [InlineData("https://a.example", "https://b.example", false)]
    [InlineData("https://a.example", "https://a.example.evil.test", false)]
    [InlineData("https://a.example", "https://sub.a.example", false)]
    [InlineData("http://localhost:1", "http://127.0.0.1:1", false)]
    public void Scheme_host_and_port_must_be_the_same(string one, string other, bool isSame)
    {
        Assert.Equal(isSame, Origin.IsSame(new Uri(one), new Uri(other)));
        Assert.Equal(isSame, Origin.IsSame(new Uri(other), new Uri(one)));
    }
}
