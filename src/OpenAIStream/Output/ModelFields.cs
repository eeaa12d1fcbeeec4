using System.Reflection;
using System.Text;

namespace OpenAIStream;

/// <summary>Which fields a property shows.</summary>
internal static class ModelFields
{
    /// <summary>That of its own name (<c>finish_reason</c> for <c>FinishReason</c>), or that which it names.</summary>
    public static IEnumerable<string> ShownBy(PropertyInfo property)
    {
        yield return property.GetCustomAttribute<FieldNameAttribute>()?.Name ?? ToFieldName(property.Name);
        switch (property.Name)
        {
            case nameof(ChatMessage.ReasoningContent):
                yield return "reasoning"; // other names of the same
                yield return "reasoning_text";
                yield return "thinking";
                break;
            case nameof(SamplingRequest.IncludeUsage):
                yield return "stream_options"; // a part of it
                break;
            default:
                break;
        }
    }

    private static string ToFieldName(string property)
    {
        var name = new StringBuilder(property.Length + 4);
        foreach (char c in property)
        {
            if (char.IsUpper(c) && name.Length > 0)
            {
                name.Append('_');
            }

            name.Append(char.ToLowerInvariant(c));
        }

        return name.ToString();
    }
}
