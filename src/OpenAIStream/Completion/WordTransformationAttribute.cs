using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Makes the known words of a parameter case-insensitive: they are sent in the spelling of the service. Other words are not changed.</summary>
/// <param name="words">The completer with the words, a <see cref="WordCompleter"/>.</param>
public sealed class WordTransformationAttribute(Type words) : ArgumentTransformationAttribute
{
    /// <summary>The completer with the words.</summary>
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
