using System.Collections;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Reads the conversation that a chat continues.</summary>
internal static class ChatHistory
{
    private static readonly MessageTransformationAttribute Messages = new();

    /// <exception cref="ArgumentTransformationMetadataException">It is not a conversation.</exception>
    /// <exception cref="ArgumentException">It is not a conversation, or one that only the service knows.</exception>
    public static ChatState Read(object[]? history)
    {
        object?[] items = [.. history?.Select(static item => PlainValue.Base(SerializedModel.Alive(item))) ?? []];
        switch (items)
        {
            case [ChatConversation conversation]:
                return ChatState.Of(conversation);
            case [Response response]:
                return Of(response);
        }

        object? read = items.Length == 0 ? null : Messages.Transform(null!, items);
        return ChatState.Of(read switch
        {
            null => [],
            ChatMessage one => [one],
            IEnumerable several => several.Cast<object?>().Select(static item => item as ChatMessage ?? throw new ArgumentException(
                $"-History takes messages, answers and chats, but one item is a {item?.GetType().Name ?? "null"}. A response includes its whole conversation, so pass only the last one.")),
            _ => throw new ArgumentException($"-History takes messages, answers and chats, not a {read.GetType().Name}."),
        });
    }

    /// <summary>The chat of a response. The service or the object itself knows the conversation.</summary>
    private static ChatState Of(Response response)
    {
        var context = ResponseHistory.Of(response);
        var said = context.Items.OfType<JsonModel>().Select(ToMessage).OfType<ChatMessage>().ToArray();
        var state = ChatState.Of(said);
        return state.Turns.Length == 0
            ? state.With(new ChatTurn([new ChatMessage("assistant", response.Text)], response))
            : state with { Turns = [.. state.Turns.Take(state.Turns.Length - 1), state.Last! with { Response = response }] };
    }

    /// <summary>An item as a message; null if it is not a message, such as reasoning.</summary>
    private static ChatMessage? ToMessage(JsonModel item)
    {
        switch (item)
        {
            case ResponseMessageItem message:
                return new ChatMessage("assistant", message.Text);
            case ResponseFunctionCallItem call:
                return new ChatMessage
                {
                    Role = "assistant",
                    ToolCalls = [new ChatToolCall { Id = call.CallId, Type = "function", Function = new ChatFunctionCall { Name = call.Name, Arguments = call.Arguments } }],
                };
            default:
                return item["type"] is "function_call_output" ? new ChatMessage("tool", item["output"] as string ?? "") { ToolCallId = item["call_id"] as string }
                    : item["role"] is string role ? new ChatMessage(role, Text(item["content"]))
                    : null;
        }
    }

    private static string Text(object? content) => content as string
        ?? string.Concat((content as IEnumerable)?.OfType<JsonModel>().Select(static part => part["text"] as string) ?? []);
}
