using Xunit;

namespace OpenAIStream.Tests.Models;

public class JsonSchemaFormatTests
{
    [Theory]
    [InlineData("""{"type":"object"}""", """{"name":"response","schema":{"type":"object"},"strict":true}""")]
    [InlineData("""{"title":"My list (2)","type":"object"}""", """{"name":"My_list__2_","schema":{"title":"My list (2)","type":"object"},"strict":true}""")]
    [InlineData("""{"name":"n","schema":{"type":"object"}}""", """{"name":"n","schema":{"type":"object"},"strict":true}""")]
    [InlineData(
        """{"schema":{"title":"t"},"strict":false,"description":"d"}""",
        """{"name":"t","schema":{"title":"t"},"strict":false,"description":"d"}""")]
    [InlineData(
        """{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"},"strict":false}}""",
        """{"name":"n","schema":{"type":"object"},"strict":false}""")]
    public void A_schema_gets_its_missing_fields(string schema, string wrapped)
    {
        var given = JsonModel.FromJson<JsonMap>(schema);
        Assert.Equal($$"""{"type":"json_schema","json_schema":{{wrapped}}}""", JsonSchemaFormat.ForChat(given).ToJson());
        Assert.Equal($$"""{"type":"json_schema",{{wrapped[1..]}}""", JsonSchemaFormat.ForResponse(given).ToJson());
    }

    [Fact]
    public void A_long_title_gives_a_short_name()
    {
        var format = JsonSchemaFormat.ForResponse(new JsonMap { ["title"] = new string('x', 100) });
        Assert.Equal(new string('x', 64), format["name"]);
    }
}
