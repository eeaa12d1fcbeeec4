using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Gets conversations that the service stores.</summary>
[Cmdlet(VerbsCommon.Get, "OpenAIConversation", SupportsShouldProcess = true)]
[OutputType(typeof(Conversation))]
public sealed class GetOpenAIConversationCommand : ConversationIdCmdlet
{
    private protected override void Answer(string id)
    {
        if (Ask((options, stop) => Target.Client.Conversations.GetAsync(id, options, stop), id, out var conversation))
        {
            Write(conversation);
        }
    }
}
