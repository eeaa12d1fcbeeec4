using System.Collections;
using System.Globalization;

namespace OpenAIStream;

/// <summary>Converts values to messages. Text is always text of the user, whatever it looks like: text that begins with { is not read as JSON.</summary>
internal static class MessageConversion
{
    public static bool IsPossible(object value) => value is string or IDictionary or JsonModel || IsText(value) || IsLines(value);

    /// <exception cref="ArgumentException">The value cannot be converted to one message.</exception>
    public static ChatMessage ToMessage(object? value) => value switch
    {
        ChatMessage message => message,
        string text => new ChatMessage("user", text),
        IDictionary fields => JsonModel.FromFields<ChatMessage>(fields),
        JsonMap map => JsonModel.FromJson<ChatMessage>(map.ToJson()),
        ChatCompletion => throw new ArgumentException(
            "A ChatCompletion is a whole conversation. Use its Messages, or the message of one answer: $completion.Choices[0].Message."),
        ModelOutput output => new ChatMessage("user", output.Text),
        object other when IsText(other) => new ChatMessage("user", ToText(other)),
        IEnumerable lines when IsLines(lines) => new ChatMessage("user", string.Join("\n", lines.Cast<object>().Select(ToText))),
        _ => throw new ArgumentException("A message is created from text, or from a hashtable or custom object with role and content."),
    };

    private static bool IsText(object? value) => PlainValue.Of(value) is IConvertible or Uri or Guid or DateTimeOffset or TimeSpan or Version;

    private static bool IsLines(object value) => value is IEnumerable items and not IDictionary && items.Cast<object?>().All(IsText);

    /// <summary>Numbers and dates in the invariant culture.</summary>
    private static string ToText(object value) => Convert.ToString(PlainValue.Of(value), CultureInfo.InvariantCulture)!;
}
