namespace OpenAIStream.Tests.WebSockets;

/// <summary>Recorded streams as they would arrive over a socket: some contain several responses, each of which answers its own request.</summary>
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
                continue; // reported a second time, after its error
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
