using System.Collections;

namespace OpenAIStream;

/// <summary>The connection that a command line is about.</summary>
internal static class CompletedConnection
{
    /// <summary>The connection that the parameters name, else the default; null where there is none.</summary>
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
            return null; // the environment's fault, which the request will tell
        }
    }
}
