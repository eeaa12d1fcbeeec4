using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>The recordings of a replay, and which of them have been played.</summary>
internal sealed class RecordingShelf(string path)
{
    private const int MostDifferences = 3;
    private const int LongestQuote = 200;

    private readonly IReadOnlyList<RecordedAnswer> _answers = RecordingFolder.Load(path);

    /// <exception cref="RecordingNotFoundException">No recording matches.</exception>
    public Recording Take(RecordedRequest asked, RecordingMatch match)
    {
        var json = RecordedRequest.Json(asked.Body);
        lock (_answers)
        {
            var matching = _answers.Where(answer => answer.Answers(asked, json, match)).ToList();
            var chosen = matching.Find(static answer => !answer.IsPlayed) ?? matching.LastOrDefault() ?? throw Missing(asked, json, match);
            chosen.IsPlayed = true;
            return chosen.Recording;
        }
    }

    private RecordingNotFoundException Missing(RecordedRequest asked, JsonElement? json, RecordingMatch match)
    {
        var nearest = _answers.OrderBy(answer => answer.Distance(asked, json, match)).First();
        var differences = nearest.Differences(asked, json, match).Take(MostDifferences + 1).ToList();
        string shown = string.Join(", ", differences.Take(MostDifferences)) + (differences.Count > MostDifferences ? ", and more" : "");
        return new RecordingNotFoundException(
            $"No recording in '{path}' matches {asked.Method} {asked.Path}{Quote(asked.Body)}. The closest is {nearest.FileName}, which differs in {shown}. "
            + "Record the request again, or compare fewer parts of it (MatchOn).",
            path);
    }

    private static string Quote(byte[] body) => body.Length == 0 ? "" : " with " + Excerpt.OneLine(Encoding.UTF8.GetString(body), LongestQuote);
}
