using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// Whole answers as they are written to the pipeline. A whole completion has the type of its chunks, so an additional type
/// name makes PowerShell show it as a whole.
/// </summary>
internal static class WholeAnswers
{
    private const string Name = "OpenAIStream.Completion#Whole";
    private const string AnyName = "OpenAIStream.JsonMap#Answer";

    /// <summary>Writes a chunk, or an answer like <see cref="WriteAnswer"/>.</summary>
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

    /// <summary>Writes an answer, and then an error if a JSON schema was requested and it does not match.</summary>
    /// <remarks>The engine treats an error of a property as null, so Parsed cannot report it.</remarks>
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

    /// <summary>Writes answers like <see cref="WriteAnswer"/>.</summary>
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

    /// <summary>The output of any request: its objects with an additional type name, under which they are shown safely.</summary>
    public static object OfAny(object value) => value switch
    {
        JsonMap map => Of(map),
        JsonModel[] maps => Array.ConvertAll(maps, Of),
        object?[] items => Array.ConvertAll(items, static item => item is null ? null : OfAny(item)),
        _ => value,
    };
}
