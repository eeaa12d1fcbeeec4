using Xunit;

namespace OpenAIStream.Tests.Models;

/// <summary>Text read as the JSON that a schema describes: what is accepted, and the errors for the rest.</summary>
public class JsonSchemaReadTests
{
    public static TheoryData<string, string> Good => new()
    {
        { """{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}""", """{"a":"x"}""" },
        { """{"type":["string","null"]}""", "null" },
        { """{"type":"integer"}""", "3.0" },
        { """{"type":"integer"}""", "12345678901234567890123" },
        { """{"type":"number"}""", "1e3" },
        { """{"type":"object"}""", """{"anything":[1,{"b":null}]}""" },
        { """{"enum":["a",1,null,{"x":[1,2]}]}""", """{"x":[1,2.0]}""" },
        { """{"const":{"a":1,"b":2}}""", """{"b":2,"a":1}""" },
        { """{"anyOf":[{"type":"string"},{"type":"object","required":["a"]}]}""", """{"a":1}""" },
        { """{"oneOf":[{"type":"integer"},{"type":"number"}]}""", "1.5" },
        { """{"allOf":[{"minimum":1},{"maximum":3}]}""", "3" },
        { """{"type":"array","items":{"$ref":"#/$defs/a~1b"},"$defs":{"a/b":{"type":"boolean"}}}""", "[true,false]" },
        { """{"type":"object","properties":{"next":{"anyOf":[{"$ref":"#"},{"type":"null"}]}},"required":["next"]}""", """{"next":{"next":null}}""" },
        { """{"$ref":"#"}""", "1" },
        { """{"$ref":"https://example.com/schema"}""", "1" },
        { """{"$ref":"#/$defs/missing"}""", "1" },
        { """{"prefixItems":[{"type":"string"},{"type":"integer"}],"items":false}""", """["a",1]""" },
        { """{"type":"object","patternProperties":{"^x":{}},"additionalProperties":false}""", """{"x1":1}""" },
        { """{"type":"string","pattern":"^a$","format":"date"}""", "\"neither is looked at\"" },
        { """{"properties":{"a":true},"type":"object"}""", """{"a":1}""" },
        { """{"type":"invented"}""", "1" },
        { """{}""", "\"x\"" },
        { """{"name":"n","schema":{"type":"string"}}""", "\"bare or wrapped\"" },
        { """{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"string"}}}""", "\"as chat completions have it\"" },
        { """{"type":"json_schema","name":"n","schema":{"type":"string"}}""", "\"as responses have it\"" },
    };

    public static TheoryData<string, string, string> Bad => new()
    {
        { """{"type":"object","required":["a","b"]}""", """{"a":1}""", "$ has no 'b'" },
        { """{"type":"object"}""", "[]", "$ is an array, not an object" },
        { """{"type":["integer","null"]}""", "\"1\"", "$ is a string, not an integer or null" },
        { """{"type":"integer"}""", "1.5", "$ is a number, not an integer" },
        { """{"type":"boolean"}""", "null", "$ is null, not a boolean" },
        { """{"properties":{"a":{"type":"array","items":{"properties":{"b":{"type":"string"}}}}}}""", """{"a":[{},{"b":true}]}""", "$.a[1].b is a boolean, not a string" },
        { """{"properties":{"a":{}},"additionalProperties":false}""", """{"a":1,"c":2}""", "$.c is not in the schema" },
        { """{"additionalProperties":{"type":"string"}}""", """{"c":2}""", "$.c is a number, not a string" },
        { """{"enum":["a","b"]}""", "\"c\"", "$ is \"c\", not one of \"a\", \"b\"" },
        { """{"const":1}""", "2", "$ is 2, not 1" },
        { """{"enum":[1,2]}""", "\"1\"", "$ is \"1\", not one of 1, 2" },
        { """{"anyOf":[{"type":"string"},{"type":"null"}]}""", "1", "$ is not one of the values that the schema allows ($ is a number, not a string; $ is a number, not null)" },
        { """{"oneOf":[{"type":"string"}]}""", "1", "$ is a number, not a string" },
        { """{"allOf":[{},{"type":"string"}]}""", "1", "$ is a number, not a string" },
        { """{"items":{"$ref":"#/$defs/item"},"$defs":{"item":{"type":"string"}}}""", "[\"a\",1]", "$[1] is a number, not a string" },
        { """{"items":{"$ref":"#/oneOf/1"},"oneOf":[{},{"type":"string"}]}""", "[1]", "$[0] is a number, not a string" },
        { """{"minLength":2}""", "\"a\"", "the length of $ is 1, less than 2" },
        { """{"maxItems":1}""", "[1,2]", "the length of $ is 2, more than 1" },
        { """{"minimum":1.5}""", "1", "$ is 1, less than 1.5" },
        { """{"maximum":0}""", "1", "$ is 1, more than 0" },
        { """{"exclusiveMinimum":1}""", "1", "$ is 1, not more than 1" },
        { """{"exclusiveMaximum":1}""", "1", "$ is 1, not less than 1" },
        { """{"prefixItems":[{}],"items":false}""", "[1,2]", "$[1] is not in the schema" },
    };

    public static TheoryData<string> NotJson => ["", " ", "prose", "{", """{"a":1} and more""", "```json\n{}\n```", "{'a':1}"];

    [Theory]
    [MemberData(nameof(Good))]
    public void Accepts_what_the_schema_says(string schema, string text) => JsonSchemaFormat.Read(text, JsonModel.FromJson<JsonMap>(schema));

    [Theory]
    [MemberData(nameof(Bad))]
    public void Says_where_it_is_not(string schema, string text, string where)
    {
        var error = Assert.Throws<FormatException>(() => JsonSchemaFormat.Read(text, JsonModel.FromJson<JsonMap>(schema)));
        Assert.Equal($"The text does not match the schema: {where}.", error.Message);
    }

    [Theory]
    [MemberData(nameof(NotJson))]
    public void Says_that_text_is_not_JSON(string text)
    {
        var error = Assert.Throws<FormatException>(() => JsonSchemaFormat.Read(text));
        Assert.StartsWith("The text is not JSON: ", error.Message, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => JsonSchemaFormat.Read(text, new JsonMap()));
    }

    [Fact]
    public void Returns_the_values_of_fields()
    {
        var map = Assert.IsType<JsonMap>(JsonSchemaFormat.Read("""{"a":[1,2.5,"x",true,null]}"""));
        Assert.Equal([1L, 2.5, "x", true, null], Assert.IsType<object?[]>(map["a"]));
        Assert.Null(JsonSchemaFormat.Read("null"));
        Assert.Equal(1e23, JsonSchemaFormat.Read("100000000000000000000000"));
    }

    [Fact]
    public void Needs_a_text() => Assert.Throws<ArgumentNullException>(() => JsonSchemaFormat.Read(null!));

    [Fact]
    public void Shortens_what_it_quotes()
    {
        string text = $"\"{new string('x', 500)}\"";
        var error = Assert.Throws<FormatException>(() => JsonSchemaFormat.Read(text, JsonModel.FromJson<JsonMap>("""{"const":1}""")));
        Assert.InRange(error.Message.Length, 60, 150);
    }

    [Fact]
    public void A_value_of_the_maximum_depth_is_checked_against_a_recursive_schema()
    {
        var schema = JsonModel.FromJson<JsonMap>("""{"type":"array","items":{"$ref":"#"}}""");
        JsonSchemaFormat.Read(new string('[', 250) + new string(']', 250), schema);
    }
}
