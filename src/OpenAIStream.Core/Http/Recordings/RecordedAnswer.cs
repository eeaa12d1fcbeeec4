using System.Text.Json;

namespace OpenAIStream;

/// <summary>A recording that can answer requests.</summary>
internal sealed class RecordedAnswer(string fileName, Recording recording)
{
    // A difference there means another request; a different field of the body does not.
    private const int MethodWeight = 1000;
    private const int PathWeight = 500;

    private readonly JsonElement? _json = RecordedRequest.Json(recording.RequestBody);

    public string FileName => fileName;

    public Recording Recording => recording;

    public bool IsPlayed { get; set; }

    public bool Answers(RecordedRequest asked, JsonElement? json, RecordingMatch match) => !Differences(asked, json, match).Any();

    /// <summary>How much it differs from the request.</summary>
    public int Distance(RecordedRequest asked, JsonElement? json, RecordingMatch match) =>
        Differences(asked, json, match & RecordingMatch.Body).Take(PathWeight - 1).Count()
        + (Differences(asked, json, match & RecordingMatch.Path).Any() ? PathWeight : 0)
        + (Differences(asked, json, match & RecordingMatch.Method).Any() ? MethodWeight : 0);

    /// <summary>The differences in what has to match.</summary>
    public IEnumerable<string> Differences(RecordedRequest asked, JsonElement? json, RecordingMatch match)
    {
        if (match.HasFlag(RecordingMatch.Method) && !asked.Method.Equals(recording.Method, StringComparison.OrdinalIgnoreCase))
        {
            yield return $"the method (requested {asked.Method}, recorded {recording.Method})";
        }

        if (match.HasFlag(RecordingMatch.Path) && !IsSamePath(asked.Path, recording.Path))
        {
            yield return $"the path (requested {asked.Path}, recorded {recording.Path})";
        }

        if (match.HasFlag(RecordingMatch.Body))
        {
            foreach (string difference in BodyDifferences(asked, json))
            {
                yield return difference;
            }
        }
    }

    private IEnumerable<string> BodyDifferences(RecordedRequest asked, JsonElement? json)
    {
        if (json is JsonElement one && _json is JsonElement other)
        {
            return JsonDifference.Between(one, other);
        }

        return asked.Body.AsSpan().SequenceEqual(recording.RequestBody.Span) ? []
            : [$"the body (requested {asked.Body.Length} bytes, recorded {recording.RequestBody.Length} bytes{(recording.RequestBody.IsEmpty ? "" : ", at least one of them not JSON")})"];
    }

    private static bool IsSamePath(string asked, string recorded)
    {
        if (asked == recorded)
        {
            return true;
        }

        string[] one = asked.Split(['?'], 2);
        string[] other = recorded.Split(['?'], 2);
        return one[0] == other[0] && Parameters(one).SequenceEqual(Parameters(other));
    }

    private static IEnumerable<string> Parameters(string[] path) =>
        path.Length == 1 ? [] : path[1].Split('&').Where(static pair => pair.Length > 0).OrderBy(static pair => pair, StringComparer.Ordinal);
}
