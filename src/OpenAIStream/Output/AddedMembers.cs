using System.Management.Automation;

namespace OpenAIStream;

/// <summary>The properties that PowerShell users need and the library does not know, by the type that has them.</summary>
internal static class AddedMembers
{
    private static readonly (Type Type, ModelMember Member)[] All =
    [
        // What the cmdlet was given, which this is the answer to; null where that is not known. And which of its inputs that was, from 0.
        (typeof(ModelOutput), new AddedMember("Input", typeof(object), static output => Source(output)?.Input)),
        (typeof(ModelOutput), new AddedMember("InputIndex", typeof(int?), static output => Source(output)?.Index)),

        // How fast the answer came, as far as it has; null for one that no cmdlet asked for.
        (typeof(ChoiceChunk), Timing()),
        (typeof(ChatCompletion), Timing()),
        (typeof(Response), Timing()),

        // The conversation up to the first answer and with it: what the cmdlet had sent, tool calls and their results
        // included. Where what was sent is not known it is the answer alone.
        (typeof(ChatCompletion), new AddedMember("Messages", typeof(ChatMessage[]), static completion => ModelMember.Wrap(OutputMembers.Conversation((ChatCompletion)completion)))),

        // The answer's text as an object, where it is JSON; else null.
        (typeof(ChatCompletion), Parsed()),
        (typeof(Response), Parsed()),

        // The command that a tool was made from and that runs it. Null: a call of it is the caller's to answer.
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
