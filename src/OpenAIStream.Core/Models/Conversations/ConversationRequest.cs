using System.Diagnostics.CodeAnalysis;

namespace OpenAIStream;

/// <summary>A request for <c>POST /conversations</c>. A property that is null is not sent.</summary>
public sealed class ConversationRequest : JsonModel
{
    /// <summary>What the conversation begins with, at most 20 items; <see cref="ResponseInput"/> makes them of messages.</summary>
    [AllowNull]
    public IReadOnlyList<JsonModel> Items { get => GetList<JsonModel>("items"); set => SetOrRemove("items", value); }

    /// <summary>What to attach to it: at most 16 names and values.</summary>
    public JsonMap? Metadata { get => GetModel<JsonMap>("metadata"); set => SetOrRemove("metadata", value); }
}
