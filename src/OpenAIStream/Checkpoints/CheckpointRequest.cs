using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>A request that is not in the checkpoint yet: creates the line for its answer or its error.</summary>
/// <param name="index">The index of its input.</param>
/// <param name="hash">The hash of the request.</param>
/// <param name="model">The model of the request.</param>
/// <param name="input">The input as data.</param>
internal sealed class CheckpointRequest(int index, string hash, string? model, object? input)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>Whether the answer is in the file.</summary>
    public bool IsKept { get; set; }

    /// <param name="answer">The answer.</param>
    /// <param name="messages">The messages that the conversation has besides the request: tool calls and their results.</param>
    /// <param name="fault">Why the answer is not what was requested; null if it is.</param>
    public JsonMap Answered(ModelOutput answer, IReadOnlyList<ChatMessage> messages, string? fault)
    {
        var line = NewLine();
        if (messages.Count > 0)
        {
            line[CheckpointLine.MessagesField] = messages;
        }

        line[CheckpointLine.AnswerField] = answer;
        if (fault is not null)
        {
            line[CheckpointLine.ErrorField] = new JsonMap { ["id"] = "SchemaMismatch", ["message"] = fault };
        }

        return line;
    }

    /// <param name="file">The file to which the answer was written.</param>
    public JsonMap Saved(string file)
    {
        var line = NewLine();
        line[CheckpointLine.FileField] = file;
        return line;
    }

    /// <param name="error">The error record.</param>
    public JsonMap Failed(ErrorRecord error)
    {
        var fault = new JsonMap { ["id"] = error.FullyQualifiedErrorId.Split(',')[0], ["message"] = error.Exception.Message };
        if (error.Exception is ApiException exception)
        {
            SetIfKnown(fault, "status", exception is ApiStatusException { StatusCode: int status } ? status : null);
            SetIfKnown(fault, "code", exception.Code);
            SetIfKnown(fault, "request_id", exception.RequestId);
        }

        var line = NewLine();
        line[CheckpointLine.ErrorField] = fault;
        return line;
    }

    private JsonMap NewLine()
    {
        var line = new JsonMap
        {
            [CheckpointLine.IndexField] = index,
            ["time"] = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            [CheckpointLine.RequestField] = hash,
        };
        SetIfKnown(line, CheckpointLine.ModelField, model);
        line[CheckpointLine.InputField] = input;
        line[CheckpointLine.SecondsField] = Math.Round(_clock.Elapsed.TotalSeconds, 3);
        return line;
    }

    private static void SetIfKnown(JsonMap map, string name, object? value)
    {
        if (value is not null)
        {
            map[name] = value;
        }
    }
}
