using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// A run with a checkpoint: finds the answers that the file has, and adds those that come. Of requests that are the same,
/// each has an answer of its own, in the order of the inputs.
/// </summary>
/// <param name="file">The file; null for one that is not there, in a run that sends nothing.</param>
internal sealed class CheckpointRun(CheckpointFile? file) : IDisposable
{
    private readonly CheckpointAnswers _answers = new(file?.Lines ?? []);
    private int _given;
    private int _sent;
    private bool _hasToldDifference;

    /// <summary>Why a line could not be written; null as long as all could.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>The line of the file that answers an input's request; null where it has none. The input then waits for its answer.</summary>
    /// <param name="input">The input.</param>
    /// <param name="request">The request.</param>
    /// <param name="difference">What there is to tell, where the same input was asked about otherwise.</param>
    public JsonMap? Find(CmdletInput input, StreamingRequest request, out string? difference)
    {
        difference = null;
        string hash = RequestHash.Of(request);
        if (_answers.Take(RequestId.Of(hash)!.Value) is CheckpointLine line)
        {
            _given++;
            return file!.Read(line);
        }

        _sent++;
        object? data = ToolData.From(input.Value);
        input.Request = new CheckpointRequest(input.Index, hash, request.Model, data);
        if (!_hasToldDifference && _answers.At(input.Index) is CheckpointLine other)
        {
            difference = Difference(file!.Read(other), data, request.Model, input.Index);
            _hasToldDifference = difference is not null;
        }

        return null;
    }

    /// <summary>From any thread: adds an answer before anybody else has it.</summary>
    public void Keep(CheckpointRequest request, ModelOutput answer, StreamSource source) =>
        Add(request, () => request.Answered(answer, Added(source), Mismatch(answer, source.Schema)));

    /// <summary>Adds the file that an answer went into.</summary>
    public void Keep(CheckpointRequest request, string path) => Add(request, () => request.Saved(path));

    /// <summary>Adds the error of a request that failed; one whose answer is kept has not.</summary>
    public void Fail(CheckpointRequest request, ErrorRecord error)
    {
        if (!request.IsKept)
        {
            Add(request, () => request.Failed(error));
        }
    }

    /// <summary>What came of it, in words.</summary>
    public string Summary() =>
        $"Checkpoint '{file?.Path}': {_given} answers read from it, {_sent} requests sent. It contains {_answers.Count} answers to other requests.";

    public void Dispose() => file?.Dispose();

    private void Add(CheckpointRequest request, Func<JsonMap> line)
    {
        request.IsKept = true;
        try
        {
            file?.Append(line());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Fault = exception;
        }
    }

    /// <summary>The messages of the conversation that are not the first request's.</summary>
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
