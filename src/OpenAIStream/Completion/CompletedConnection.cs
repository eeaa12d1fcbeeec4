using System.Collections;

namespace OpenAIStream;

/// <summary>The connection that a command line refers to.</summary>
internal static class CompletedConnection
{
    /// <summary>The connection that the parameters specify, otherwise the default; null if there is none.</summary>
    public static OpenAIConnection? Find(IDictionary parameters)
    {
        try
        {
            return PlainValue.Base(parameters["Connection"]) switch
            {
                null => Connections.Default,
                string name => Connections.Find(name),
                var other => other as OpenAIConnection,
            };
        }
        catch (ApiException)
        {
            return null; // an error in the environment, which the request will report
        }
    }
}
