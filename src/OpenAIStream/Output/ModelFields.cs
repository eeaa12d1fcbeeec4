using System.Reflection;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>Which fields a property shows.</summary>
internal static class ModelFields
{
    /// <summary>That of its own name (<c>finish_reason</c> for <c>FinishReason</c>), or that which it names.</summary>
    public static IEnumerable<string> ShownBy(PropertyInfo property)
    {
        yield return property.GetCustomAttribute<FieldNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
        switch (property.Name)
        {
            case nameof(ChatMessage.ReasoningContent):
                yield return "reasoning"; // other names of the same
                yield return "reasoning_text";
                yield return "thinking";
                break;
            case nameof(SamplingRequest.IncludeUsage) or nameof(SamplingRequest.IncludeObfuscation):
                yield return "stream_options"; // a part of it
                break;
            default:
                break;
        }
    }
}
