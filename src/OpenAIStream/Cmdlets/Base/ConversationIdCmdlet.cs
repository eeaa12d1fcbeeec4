using System.Management.Automation;

namespace OpenAIStream;

/// <summary>A cmdlet for conversations that the service stores.</summary>
public abstract class ConversationIdCmdlet : IdCmdlet
{
    /// <summary>What to do if the service does not know an id.</summary>
    internal const string WhatToDo =
        "Check the id; New-OpenAIConversation creates a new conversation.";

    /// <summary>The ids of the conversations, or the conversations.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ConversationId")]
    [ConversationIdTransformation(IsList = true)]
    [ArgumentCompleter(typeof(ConversationIdCompleter))]
    public override string[] Id { get; set; } = [];

    private protected override string? NotFound => WhatToDo;

    /// <summary>Writes a conversation, and remembers its id for completion.</summary>
    private protected void Write(Conversation conversation)
    {
        Target.RecentConversations.Note(conversation.Id);
        WriteObject(conversation);
    }
}
