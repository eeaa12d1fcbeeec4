using System.Management.Automation;

namespace OpenAIStream;

/// <summary>The properties that PowerShell users need and the library does not have, by their types.</summary>
internal static class AddedMembers
{
    private static readonly (Type Type, ModelMember Member)[] All =
    [
        // The input of the cmdlet that this answers; null if unknown. And the index of that input, starting at 0.
        (typeof(ModelOutput), new AddedMember("Input", typeof(object), static output => Source(output)?.Input)),
        (typeof(ModelOutput), new AddedMember("InputIndex", typeof(int?), static output => Source(output)?.Index)),

        // How fast the answer has arrived so far; null for one that no cmdlet requested.
        (typeof(ChoiceChunk), Timing()),
        (typeof(ChatCompletion), Timing()),
        (typeof(Response), Timing()),

        // The conversation up to the first answer, including it: what the cmdlet sent, with tool calls and their results.
        // If that is unknown, only the answer.
        (typeof(ChatCompletion), new AddedMember("Messages", typeof(ChatMessage[]), static completion => ModelMember.Wrap(OutputMembers.Conversation((ChatCompletion)completion)))),

        // The text of the answer as an object, if it is JSON; otherwise null.
        (typeof(ChatCompletion), Parsed()),
        (typeof(Response), Parsed()),

        // The command from which the tool was created and that runs it. Null: the caller has to answer its calls.
        (typeof(ChatTool), new AddedMember("Command", typeof(CommandInfo), static tool => CommandTool.CommandOf((ChatTool)tool))),
    ];

    public static IEnumerable<ModelMember> For(Type type) => All.Where(entry => entry.Type.IsAssignableFrom(type)).Select(static entry => entry.Member);

    private static AddedMember Timing() => new("Timing", typeof(StreamTiming), static output => Source(output)?.Timing);

    private static AddedMember Parsed() => new("Parsed", typeof(object), static output =>
    {
        var answer = (ModelOutput)output;
        try
        {
            return ParsedAnswer.Of(answer, StreamSource.Of(answer)?.Schema ?? AskedSchema.Of(answer));
        }
        catch (FormatException)
        {
            return null; // the cmdlet has written an error that says why
        }
    });

    private static StreamSource? Source(JsonModel output) => StreamSource.Of((ModelOutput)output);
}
