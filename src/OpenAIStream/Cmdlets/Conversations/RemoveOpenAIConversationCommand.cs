using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Deletes conversations that the service stores.</summary>
[Cmdlet(VerbsCommon.Remove, "OpenAIConversation", SupportsShouldProcess = true)]
public sealed class RemoveOpenAIConversationCommand : ConversationIdCmdlet
{
    private protected override void Answer(string id)
    {
        if (Ask((options, stop) => Done(Target.Client.Conversations.DeleteAsync(id, options, stop)), id, out _))
        {
            Target.RecentConversations.Forget(id);
        }
    }
}
