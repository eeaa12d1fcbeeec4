namespace OpenAIStream.Tests.WebSockets;

/// <summary>Recorded streams as they would come over a socket: some hold several responses, each of which answers a request of its own.</summary>
internal static class Recorded
{
    private static readonly string[] Ends = ["response.completed", "response.incomplete", "response.failed", "error"];

    public static IEnumerable<string[]> Responses(string recording)
    {
        var events = new List<string>();
        foreach (string payload in Captures.Payloads(recording))
        {
            string? type = JsonModel.FromJson<JsonMap>(payload)["type"] as string;
            if (events.Count == 0 && type == "response.failed")
            {
                continue; // told a second time, after its error
            }

            events.Add(payload);
            if (Ends.Contains(type))
            {
                yield return [.. events];
                events.Clear();
            }
        }

        if (events.Count > 0)
        {
            yield return [.. events];
        }
    }
}
