using System.Diagnostics.CodeAnalysis;

namespace OpenAIStream;

/// <summary>A request for <c>POST /conversations</c>. A property that is null is not sent.</summary>
public sealed class ConversationRequest : JsonModel
{
    /// <summary>The first items of the conversation, at most 20; <see cref="ResponseInput"/> creates them from messages.</summary>
    [AllowNull]
    public IReadOnlyList<JsonModel> Items { get => GetList<JsonModel>("items"); set => SetOrRemove("items", value); }

    /// <summary>The metadata: at most 16 names and values.</summary>
    public JsonMap? Metadata { get => GetModel<JsonMap>("metadata"); set => SetOrRemove("metadata", value); }
}
