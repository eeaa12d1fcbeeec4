using System.Reflection;
using System.Text;

namespace OpenAIStream;

/// <summary>Which fields a property shows: that of its own name (<c>finish_reason</c> for <c>FinishReason</c>), and these.</summary>
internal static class ModelFields
{
    private static readonly (string Property, string[] Fields)[] Others =
    [
        ("Response.Created", ["created_at"]),
        ("ThreadRun.Created", ["created_at"]),
        ("ImageEvent.Created", ["created_at"]),
        ("ImageEvent.ImageBase64", ["b64_json"]),
        ("ImageEvent.ImageIndex", ["partial_image_index"]),
        ("GeneratedImage.ImageBase64", ["b64_json"]),
        ("ResponsePartialImageEvent.ImageBase64", ["partial_image_b64"]),
        ("ResponsePartialImageEvent.ImageIndex", ["partial_image_index"]),
        ("ResponseImageItem.ImageBase64", ["result"]),
        ("SpeechEvent.AudioBase64", ["audio"]),
        ("ResponseArgumentsDoneEvent.CustomInput", ["input"]),
        ("ChatMessage.ReasoningContent", ["reasoning"]),
        ("SamplingRequest.IncludeUsage", ["stream_options"]),
        ("ResponseRequest.TextOptions", ["text"]),
    ];

    public static IEnumerable<string> ShownBy(PropertyInfo property)
    {
        string name = $"{property.DeclaringType!.Name}.{property.Name}";
        var others = Others.Where(entry => entry.Property == name).SelectMany(static entry => entry.Fields);
        return others.Prepend(ToFieldName(property.Name));
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
