using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// Whole answers as they go to the pipeline. A whole completion is of the type of its chunks, and a name of its own lets it
/// be shown as the whole it is.
/// </summary>
internal static class WholeAnswers
{
    private const string Name = "OpenAIStream.Completion#Whole";
    private const string AnyName = "OpenAIStream.JsonMap#Answer";

    /// <summary>Writes a chunk, or an answer as <see cref="WriteAnswer"/> does.</summary>
    public static void WriteOutput(this PSCmdlet cmdlet, ModelOutput output, bool isWhole)
    {
        if (isWhole)
        {
            cmdlet.WriteAnswer(output);
        }
        else
        {
            cmdlet.WriteObject(output);
        }
    }

    /// <summary>Writes an answer, then an error when it was asked for by a JSON schema and is not what that says.</summary>
    /// <remarks>The engine takes an error of a property for null, so that Parsed cannot tell.</remarks>
    public static void WriteAnswer(this PSCmdlet cmdlet, ModelOutput answer)
    {
        cmdlet.WriteObject(Of(answer));
        if (StreamSource.Of(answer) is { Schema: JsonMap schema, Failure: null } source)
        {
            try
            {
                ParsedAnswer.Of(answer, schema);
            }
            catch (FormatException exception)
            {
                cmdlet.WriteError(Errors.SchemaMismatch(exception, source.Input).About(new CmdletInput(source.Input, source.Index)));
            }
        }
    }

    /// <summary>Writes answers as <see cref="WriteAnswer"/> does.</summary>
    public static void WriteAnswers(this PSCmdlet cmdlet, IEnumerable<ModelOutput> answers)
    {
        foreach (var answer in answers)
        {
            cmdlet.WriteAnswer(answer);
        }
    }

    public static object Of(JsonModel answer)
    {
        if (answer is not (Completion or JsonMap))
        {
            return answer;
        }

        var named = PSObject.AsPSObject(answer);
        named.TypeNames.Insert(0, answer is JsonMap ? AnyName : Name);
        return named;
    }

    /// <summary>What a request of any kind brought: its objects by a name of their own, under which they are shown safely.</summary>
    public static object OfAny(object value) => value switch
    {
        JsonMap map => Of(map),
        JsonModel[] maps => Array.ConvertAll(maps, Of),
        object?[] items => Array.ConvertAll(items, static item => item is null ? null : OfAny(item)),
        _ => value,
    };
}
