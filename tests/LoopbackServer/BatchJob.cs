using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenAIStream.Loopback;

/// <summary>
/// One batch. The answer to a prompt says the prompt; one that has "fail 400" in it (or another status) fails with that
/// status, and one with "fail" and a word has an answer that is an error of that code.
/// </summary>
internal sealed class BatchJob
{
    public const long Now = 1_790_000_000;

    private readonly JsonNode _order;
    private readonly byte[] _input;
    private readonly Func<string, string, byte[], string> _keep;
    private readonly int? _expiresAfter;
    private readonly JsonArray _errors = [];
    private int _polls;
    private int _total, _completed, _failed;
    private string? _model, _output, _error;
    private long _inputTokens, _outputTokens;

    public BatchJob(string id, JsonNode order, byte[] input, int polls, int? expiresAfter, Func<string, string, byte[], string> keep)
    {
        Id = id;
        _order = order;
        _input = input;
        _polls = polls;
        _expiresAfter = expiresAfter;
        _keep = keep;
    }

    public string Id { get; }

    public string Status { get; private set; } = "validating";

    public bool IsEnded => Status is "completed" or "failed" or "expired" or "cancelled";

    public long Tokens => _input.Length / 4;

    private string Endpoint => (string)_order["endpoint"]!;

    /// <summary>Looks for what is wrong with the file. It is told when the batch is asked for, as services do.</summary>
    public void Validate(int mostRequests, long mostBytes, long tokensLeft)
    {
        var ids = new HashSet<string>();
        int number = 0;
        foreach (string text in Lines())
        {
            number++;
            using var line = Parse(text);
            if (line is null)
            {
                Fault("invalid_json_line", "This line is not parseable as valid JSON.", number);
                continue;
            }

            string model = line.RootElement.GetProperty("body").TryGetProperty("model", out var named) ? named.GetString() ?? "" : "";
            _model ??= model;
            Check(!ids.Add(line.RootElement.GetProperty("custom_id").GetString()!), "duplicate_custom_id", "The custom_id for this request is a duplicate of another request.");
            Check(line.RootElement.GetProperty("url").GetString() != Endpoint, "url_mismatch", "The provided URL for this request does not match the batch endpoint.");
            Check(model != _model, "model_mismatch", "The provided model does not match the model of the batch.");
        }

        _total = number;
        number = 0;
        Check(_total == 0, "empty_file", "The input file is empty.");
        Check(_total > mostRequests, "too_many_tasks", $"The batch has {_total} requests, and {mostRequests} are the limit.");
        Check(_input.Length > mostBytes, "file_too_large", $"The file has {_input.Length} bytes, and {mostBytes} are the limit.");
        Check(Tokens > tokensLeft, "token_limit_exceeded", $"Enqueued token limit reached for {_model}. Please try again once some in_progress batches have been completed.");

        void Check(bool isWrong, string code, string message)
        {
            if (isWrong)
            {
                Fault(code, message, number);
            }
        }
    }

    /// <summary>Goes one state further.</summary>
    public void Step()
    {
        switch (Status)
        {
            case "validating" when _errors.Count > 0:
                Status = "failed";
                break;
            case "validating":
                Status = "in_progress";
                break;
            case "in_progress" when _polls-- > 0:
                break;
            case "in_progress":
                Run(_expiresAfter ?? int.MaxValue, "batch_expired", "This request could not be executed before the completion window expired.");
                Status = _expiresAfter is null ? "finalizing" : "expired";
                break;
            case "finalizing":
                Status = "completed";
                break;
            case "cancelling":
                Run(_total / 2, "batch_cancelled", "This request was cancelled.");
                Status = "cancelled";
                break;
        }
    }

    public void Cancel() => Status = "cancelling";

    public JsonObject ToJson() => new()
    {
        ["id"] = Id,
        ["object"] = "batch",
        ["endpoint"] = Endpoint,
        ["model"] = _model,
        ["errors"] = Status == "failed" ? new JsonObject { ["object"] = "list", ["data"] = _errors.DeepClone() } : null,
        ["input_file_id"] = (string)_order["input_file_id"]!,
        ["completion_window"] = (string)_order["completion_window"]!,
        ["status"] = Status,
        ["output_file_id"] = IsEnded ? _output : null,
        ["error_file_id"] = IsEnded ? _error : null,
        ["created_at"] = Now,
        ["expires_at"] = Now + 86400,
        ["completed_at"] = Status == "completed" ? Now + 60 : null,
        ["request_counts"] = new JsonObject { ["total"] = _total, ["completed"] = _completed, ["failed"] = _failed },
        ["usage"] = new JsonObject { ["input_tokens"] = _inputTokens, ["output_tokens"] = _outputTokens, ["total_tokens"] = _inputTokens + _outputTokens },
        ["metadata"] = _order["metadata"]?.DeepClone(),
    };

    private void Run(int most, string code, string reason)
    {
        using var output = new MemoryStream();
        using var errors = new MemoryStream();
        string[] lines = [.. Lines()];
        for (int i = lines.Length - 1; i >= 0; i--) // the last first
        {
            using var line = Parse(lines[i])!;
            string id = line.RootElement.GetProperty("custom_id").GetString()!;
            if (i >= most)
            {
                Write(errors, new { id = $"req_{i}", custom_id = id, response = (object?)null, error = new { code, message = reason } });
                _failed++;
                continue;
            }

            var (status, body) = BatchAnswers.To(Endpoint, line.RootElement.GetProperty("body"), ref _inputTokens, ref _outputTokens);
            Write(status == 200 ? output : errors, new { id = $"req_{i}", custom_id = id, response = new { status_code = status, request_id = $"r-{i}", body }, error = (object?)null });
            _ = status == 200 ? _completed++ : _failed++;
        }

        _output = output.Length == 0 ? null : _keep($"{Id}_output.jsonl", "batch_output", output.ToArray());
        _error = errors.Length == 0 ? null : _keep($"{Id}_error.jsonl", "batch_output", errors.ToArray());
    }

    private IEnumerable<string> Lines()
    {
        using var reader = new StreamReader(new MemoryStream(_input, writable: false), Encoding.UTF8);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0)
            {
                yield return line;
            }
        }
    }

    private static JsonDocument? Parse(string line)
    {
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Write(Stream to, object line)
    {
        to.Write(JsonSerializer.SerializeToUtf8Bytes(line));
        to.WriteByte((byte)'\n');
    }

    private void Fault(string code, string message, int line) =>
        _errors.Add(new JsonObject { ["code"] = code, ["message"] = message, ["line"] = line == 0 ? null : line, ["param"] = null });
}
