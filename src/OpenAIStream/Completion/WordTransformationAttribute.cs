using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Lets words that a parameter is known to take be written in any case: they go out as the service spells them. Other words stay as they are.</summary>
/// <param name="words">The completer that knows them, a <see cref="WordCompleter"/>.</param>
public sealed class WordTransformationAttribute(Type words) : ArgumentTransformationAttribute
{
    /// <summary>The completer that knows the words.</summary>
    public Type Words { get; } = words;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        PlainValue.Base(inputData) switch
        {
            string word => Spelled(word),
            ScriptBlock => throw new ArgumentTransformationMetadataException("A script block cannot be sent as text. Specify the text itself."),
            object[] several => Array.ConvertAll(several, item => Transform(engineIntrinsics, item)),
            _ => inputData,
        };

    private string Spelled(string word) => ((WordCompleter)Activator.CreateInstance(Words)!).Find(word) ?? word;
}
