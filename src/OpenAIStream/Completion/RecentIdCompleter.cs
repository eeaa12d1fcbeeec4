using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace OpenAIStream;

/// <summary>Completes ids that have occurred in the session, the latest first.</summary>
public abstract class RecentIdCompleter : IArgumentCompleter
{
    private protected RecentIdCompleter()
    {
    }

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string start = wordToComplete.Trim('\'', '"');
        return CompletedConnection.Find(fakeBoundParameters) is not OpenAIConnection connection ? [] : Known(connection).All
            .Where(known => known.Id.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            .Select(static known => CompletionText.Of(known.Id, known.About.Length == 0 ? null : $"{known.Id}  {known.About}", known.About.Length == 0 ? null : known.About));
    }

    private protected abstract RecentIds Known(OpenAIConnection connection);
}

/// <summary>Ids of responses.</summary>
public sealed class ResponseIdCompleter : RecentIdCompleter
{
    private protected override RecentIds Known(OpenAIConnection connection) => connection.RecentResponses;
}

/// <summary>Ids of batches.</summary>
public sealed class BatchIdCompleter : RecentIdCompleter
{
    private protected override RecentIds Known(OpenAIConnection connection) => connection.RecentBatches;
}

/// <summary>Ids of conversations.</summary>
public sealed class ConversationIdCompleter : RecentIdCompleter
{
    private protected override RecentIds Known(OpenAIConnection connection) => connection.RecentConversations;
}
