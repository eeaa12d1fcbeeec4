using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// A run with a checkpoint: finds the answers in the file, and adds new ones. Equal requests have an answer each, in the
/// order of the inputs.
/// </summary>
/// <param name="file">The file; null if it does not exist, in a run that sends nothing.</param>
internal sealed class CheckpointRun(CheckpointFile? file) : IDisposable
{
    private readonly CheckpointAnswers _answers = new(file?.Lines ?? []);
    private int _given;
    private int _sent;
    private bool _hasToldDifference;

    /// <summary>Why a line could not be written; null if all could.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>The line of the file with the answer to an input's request; null if there is none. The input then waits for its answer.</summary>
    /// <param name="input">The input.</param>
    /// <param name="request">The request.</param>
    /// <param name="isAnswer">Whether a line contains an answer that can be used.</param>
    /// <param name="difference">A message if the file contains something else for this input.</param>
    public JsonMap? Find(CmdletInput input, StreamingRequest request, Func<JsonMap, bool> isAnswer, out string? difference)
    {
        difference = null;
        string hash = RequestHash.Of(request);
        while (_answers.Take(RequestId.Of(hash)!.Value) is CheckpointLine line)
        {
            var read = file!.Read(line);
            if (isAnswer(read))
            {
                difference = null;
                _given++;
                return read;
            }

            difference = $"The checkpoint '{file.Path}' has a line for input {input.Index}, but no answer that can be used. The request is sent again.";
        }

        _sent++;
        object? data = ToolData.From(input.Value);
        input.Request = new CheckpointRequest(input.Index, hash, request.Model, data);
        if (difference is null && !_hasToldDifference && _answers.At(input.Index) is CheckpointLine other)
        {
            difference = Difference(file!.Read(other), data, request.Model, input.Index);
            _hasToldDifference = difference is not null;
        }

        return null;
    }

    /// <summary>Adds an answer, from any thread, before anybody else receives it.</summary>
    public void Keep(CheckpointRequest request, ModelOutput answer, StreamSource source)
    {
        if (!IsUnfinished(answer))
        {
            Add(request, () => request.Answered(answer, Added(source), Mismatch(answer, source.Schema)));
        }
    }

    /// <summary>Adds the file to which an answer was written.</summary>
    public void Keep(CheckpointRequest request, string path) => Add(request, () => request.Saved(path));

    /// <summary>Adds the error of a failed request, unless its answer is kept.</summary>
    public void Fail(CheckpointRequest request, ErrorRecord error)
    {
        if (!request.IsKept)
        {
            Add(request, () => request.Failed(error));
        }
    }

    /// <summary>The result of the run as text.</summary>
    public string Summary() =>
        $"Checkpoint '{file?.Path}': {_given} answers read from it, {_sent} requests sent. It contains {_answers.Count} answers to other requests.";

    public void Dispose() => file?.Dispose();

    /// <summary>Whether a service ended a response in the middle as if it were complete, or answered nothing. A background response is meant to continue.</summary>
    private static bool IsUnfinished(ModelOutput answer) => answer switch
    {
        Response { Status: "cancelled" } => true,
        Response { Status: "queued" or "in_progress" } response => response["background"] is not true,
        ChatCompletion { Choices.Count: 0 } or Completion { Choices.Count: 0 } => true,
        _ => false,
    };

    private void Add(CheckpointRequest request, Func<JsonMap> line)
    {
        request.IsKept = true;
        try
        {
            file?.Append(line());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Fault ??= exception; // later ones follow from the first
        }
    }

    /// <summary>The messages of the conversation that are not part of the first request.</summary>
    private static ChatMessage[] Added(StreamSource source)
    {
        var first = source;
        while (first.Previous is StreamSource previous)
        {
            first = previous;
        }

        return [.. source.Messages.Skip(first.Messages.Count)];
    }

    private static string? Mismatch(ModelOutput answer, JsonMap? schema)
    {
        try
        {
            _ = schema is null ? null : ParsedAnswer.Of(answer, schema);
            return null;
        }
        catch (FormatException exception)
        {
            return exception.Message;
        }
    }

    private string? Difference(JsonMap line, object? input, string? model, int index)
    {
        if (Text(line[CheckpointLine.InputField]) != Text(input))
        {
            return null;
        }

        string? before = line[CheckpointLine.ModelField] as string;
        string what = before == model ? "was sent with other parameters or another conversation" : $"was sent to the model '{before}' instead of '{model}'";
        return $"Input {index} is in the checkpoint '{file!.Path}', but it {what}. Such inputs are sent again; the existing answers stay in the file and are not used.";
    }

    private static string Text(object? data) => new JsonMap { [CheckpointLine.InputField] = data }.ToJson();
}
