using System.Reflection;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>The fields that a property shows.</summary>
internal static class ModelFields
{
    /// <summary>The field with its own name (<c>finish_reason</c> for <c>FinishReason</c>), or the one that it specifies.</summary>
    public static IEnumerable<string> ShownBy(PropertyInfo property)
    {
        yield return property.GetCustomAttribute<FieldNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
        switch (property.Name)
        {
            case nameof(ChatMessage.ReasoningContent):
                yield return "reasoning"; // other names for the same
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
