using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// Whole answers as they go to the pipeline. A whole completion is of the type of its chunks, and a name of its own lets it
/// be shown as the whole it is.
/// </summary>
internal static class WholeAnswers
{
    private const string Name = "OpenAIStream.Completion#Whole";

    public static object Of(JsonModel answer)
    {
        if (answer is not Completion)
        {
            return answer;
        }

        var named = PSObject.AsPSObject(answer);
        named.TypeNames.Insert(0, Name);
        return named;
    }
}
