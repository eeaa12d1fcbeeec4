using System.Collections;

namespace OpenAIStream;

/// <summary>What -ToolChoice takes, as the wire has it.</summary>
internal static class ToolChoices
{
    /// <param name="choice">A word, a tool's name, or a dictionary.</param>
    /// <param name="tools">The tools there are.</param>
    /// <param name="isResponse">Whether it is for the Responses API, where a function's name stands beside its type.</param>
    /// <exception cref="ArgumentException">It names a tool that is not there.</exception>
    public static object? From(object? choice, IReadOnlyList<ChatTool> tools, bool isResponse = false)
    {
        object? plain = Dictionaries.Unwrap(choice);
        if (plain is not string text)
        {
            return plain is null or IDictionary or JsonModel ? plain : throw new ArgumentException("-ToolChoice takes auto, none, required, or a tool's name.");
        }

        string word = text.ToLowerInvariant();
        if (word is "auto" or "none" or "required")
        {
            return word;
        }

        var tool = tools.FirstOrDefault(known => string.Equals(known.Name, text, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"-ToolChoice takes auto, none, required, or a tool's name; '{text}' is not among -Tools.");
        return isResponse
            ? new JsonMap { ["type"] = "function", ["name"] = tool.Name }
            : new JsonMap { ["type"] = "function", ["function"] = new JsonMap { ["name"] = tool.Name } };
    }
}
