namespace OpenAIStream;

/// <summary>The kinds of prompts that an API accepts.</summary>
internal enum PromptKind
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>Text, or one message of a chat.</summary>
    Message,

    /// <summary>Text, a message, or items of the Responses API.</summary>
    Items,
}
