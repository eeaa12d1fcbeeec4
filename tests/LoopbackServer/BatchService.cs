using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenAIStream.Loopback;

/// <summary>
/// Files and batches as a service keeps them: uploads, states, answers in another order than the requests, partial failures,
/// expiry, cancellation, and the limits. A batch goes one state further each time that somebody asks for it.
/// </summary>
public sealed class BatchService
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string Name, string Purpose, byte[] Content)> _files = [];
    private readonly List<BatchJob> _batches = [];
    private int _made;

    /// <summary>The most requests in a batch.</summary>
    public int MostRequests { get; init; } = 50_000;

    /// <summary>The most bytes in the file of a batch.</summary>
    public long MostBytes { get; init; } = 200_000_000;

    /// <summary>The most tokens of batches that wait at once, four bytes of a file each; a batch above it fails.</summary>
    public long MostTokens { get; init; } = long.MaxValue;

    /// <summary>How often somebody has to ask for a batch that is in progress.</summary>
    public int Polls { get; init; } = 1;

    /// <summary>How many requests are answered before the batch expires; null for all.</summary>
    public int? ExpiresAfter { get; init; }

    /// <summary>How many milliseconds to wait before asking again, which answers tell.</summary>
    public int RetryAfterMilliseconds { get; init; } = 1;

    /// <summary>Whether a file is looked through before a batch can be made of it, as Azure does.</summary>
    public bool LooksThroughFiles { get; init; }

    /// <summary>The batches' ids, in the order in which they were made.</summary>
    public IReadOnlyList<string> Batches
    {
        get
        {
            lock (_gate)
            {
                return [.. _batches.Select(static job => job.Id)];
            }
        }
    }

    /// <summary>The ids of files, by their names.</summary>
    public ILookup<string, string> Files
    {
        get
        {
            lock (_gate)
            {
                return _files.ToLookup(static file => file.Value.Name, static file => file.Key);
            }
        }
    }

    /// <summary>Reads settings from JSON: mostRequests, mostBytes, mostTokens, polls, expiresAfter, retryAfterMs, looksThroughFiles.</summary>
    public static BatchService Parse(string json)
    {
        var settings = JsonNode.Parse(string.IsNullOrWhiteSpace(json) ? "{}" : json)!;
        return new BatchService
        {
            MostRequests = (int?)settings["mostRequests"] ?? 50_000,
            MostBytes = (long?)settings["mostBytes"] ?? 200_000_000,
            MostTokens = (long?)settings["mostTokens"] ?? long.MaxValue,
            Polls = (int?)settings["polls"] ?? 1,
            ExpiresAfter = (int?)settings["expiresAfter"],
            RetryAfterMilliseconds = (int?)settings["retryAfterMs"] ?? 1,
            LooksThroughFiles = (bool?)settings["looksThroughFiles"] ?? false,
        };
    }

    /// <summary>The content of a file.</summary>
    public string ContentOf(string fileId)
    {
        lock (_gate)
        {
            return Encoding.UTF8.GetString(_files[fileId].Content);
        }
    }

    /// <summary>The reply to a request about files or batches; null for any other.</summary>
    internal Reply? Answer(RecordedRequest request)
    {
        string[] parts = request.Path.Split('?')[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        int at = Array.FindIndex(parts, static part => part is "files" or "batches");
        if (at < 0)
        {
            return null;
        }

        lock (_gate)
        {
            string[] rest = parts[(at + 1)..];
            return (parts[at] == "files" ? AnswerFile(request, rest) : AnswerBatch(request, rest)) ?? Reply.Json(404, Error("There is no such object."));
        }
    }

    private Reply? AnswerFile(RecordedRequest request, string[] rest) => (request.Method, rest) switch
    {
        ("POST", []) => Upload(request),
        ("GET", [var id]) when _files.ContainsKey(id) => Reply.Json(200, FileJson(id, "processed")),
        ("GET", [var id, "content"]) when _files.TryGetValue(id, out var file) =>
            new Reply().Header("Content-Type", "application/octet-stream").ContentLength(file.Content.Length).Send(file.Content),
        ("DELETE", [var id]) when _files.Remove(id) => Reply.Json(200, new JsonObject { ["id"] = id, ["object"] = "file", ["deleted"] = true }.ToJsonString()),
        _ => null,
    };

    private Reply Upload(RecordedRequest request)
    {
        var file = request.Form.First(static part => part.FileName is not null);
        string id = Keep(file.FileName!, request.Form.First(static part => part.Name == "purpose").Text, file.Content);
        return Reply.Json(200, FileJson(id, LooksThroughFiles ? "pending" : "processed"));
    }

    private Reply? AnswerBatch(RecordedRequest request, string[] rest) => (request.Method, rest) switch
    {
        ("POST", []) => Make(JsonNode.Parse(request.Body)!),
        ("GET", []) => List(request.Path),
        ("GET", [var id]) when Find(id) is { } job => Told(job, isStep: true),
        ("POST", [var id, "cancel"]) when Find(id) is { } job => Cancel(job),
        _ => null,
    };

    private Reply Make(JsonNode order)
    {
        string file = (string)order["input_file_id"]!;
        if (!_files.TryGetValue(file, out var input))
        {
            return Reply.Json(400, Error($"There is no file {file}."));
        }

        long waiting = _batches.Where(static job => !job.IsEnded).Sum(static job => job.Tokens);
        var job = new BatchJob($"batch_{++_made}", order, input.Content, Polls, ExpiresAfter, Keep);
        job.Validate(MostRequests, MostBytes, MostTokens - waiting);
        _batches.Add(job);
        return Told(job, isStep: false);
    }

    private Reply List(string path)
    {
        var query = System.Web.HttpUtility.ParseQueryString(path.Contains('?') ? path[path.IndexOf('?')..] : "");
        int limit = int.Parse(query["limit"] ?? "20", System.Globalization.CultureInfo.InvariantCulture);
        var newest = Enumerable.Reverse(_batches).ToList();
        var after = newest.SkipWhile(job => query["after"] is { } id && job.Id != id).Skip(query["after"] is null ? 0 : 1).ToList();
        var page = new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. after.Take(limit).Select(static job => (JsonNode)job.ToJson())]),
            ["has_more"] = after.Count > limit,
        };
        return Reply.Json(200, page.ToJsonString());
    }

    private Reply Cancel(BatchJob job)
    {
        if (job.IsEnded)
        {
            return Reply.Json(409, Error($"The batch is {job.Status}."));
        }

        job.Cancel();
        return Told(job, isStep: false);
    }

    private Reply Told(BatchJob job, bool isStep)
    {
        if (isStep)
        {
            job.Step();
        }

        return Reply.Json(200, job.ToJson().ToJsonString()).Header("retry-after-ms", RetryAfterMilliseconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private BatchJob? Find(string id) => _batches.Find(job => job.Id == id);

    private string Keep(string name, string purpose, byte[] content)
    {
        string id = $"file-{_files.Count + 1}";
        _files[id] = (name, purpose, content);
        return id;
    }

    private string FileJson(string id, string status)
    {
        var (name, purpose, content) = _files[id];
        return new JsonObject
        {
            ["id"] = id,
            ["object"] = "file",
            ["bytes"] = content.Length,
            ["created_at"] = BatchJob.Now,
            ["filename"] = name,
            ["purpose"] = purpose,
            ["status"] = status,
        }.ToJsonString();
    }

    private static string Error(string message) => JsonSerializer.Serialize(new { error = new { message, type = "invalid_request_error" } });
}
