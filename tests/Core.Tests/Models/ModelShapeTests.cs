using System.Reflection;
using System.Text;
using System.Text.Json;
using Xunit;

namespace OpenAIStream.Tests.Models;

/// <summary>The reader's knowledge of its types, compared with their properties, so that a new type cannot be forgotten.</summary>
public class ModelShapeTests
{
    public static TheoryData<Type> Models =>
        [.. typeof(JsonModel).Assembly.GetTypes().Where(static type => type.IsSubclassOf(typeof(JsonModel)) && !type.IsAbstract && !type.ContainsGenericParameters).OrderBy(static type => type.Name)];

    [Theory]
    [MemberData(nameof(Models))]
    public void A_type_is_read_with_the_types_of_its_properties(Type type)
    {
        var shape = Shape(type);
        Assert.IsType(type, shape.Create());
        Assert.IsType(type.MakeArrayType(), shape.ToArray([shape.Create()]));
        foreach (var property in type.GetProperties().Where(static property => Inner(property) is not null && property.Name != "Messages"))
        {
            bool isList = property.PropertyType.IsGenericType;
            string field = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
            string json = $$"""{"{{field}}":{{(isList ? "[{}]" : "{}")}}}""";
            object read = new JsonModelReader().Read(Encoding.UTF8.GetBytes(json), shape, null)!;
            object? value = property.GetValue(read);
            Assert.True(isList ? value is System.Collections.ICollection { Count: 1 } : value is not null, $"{type.Name}.{property.Name} does not show {json}");
        }
    }

    private static JsonShape Shape(Type type) => (JsonShape)typeof(JsonShape).GetMethod(nameof(JsonShape.Of), [])!.MakeGenericMethod(type).Invoke(null, null)!;

    /// <summary>The type of model that a property contains, directly or in a list.</summary>
    private static Type? Inner(PropertyInfo property)
    {
        var type = property.PropertyType is { IsGenericType: true } generic ? generic.GetGenericArguments()[0] : property.PropertyType;
        return type.IsSubclassOf(typeof(JsonModel)) && type != typeof(JsonMap) ? type : null;
    }
}
