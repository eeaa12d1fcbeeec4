using System.Management.Automation;

namespace OpenAIStream;

/// <summary>A cmdlet whose answers can be kept in a file, so that the same command, run again, only sends the requests that are missing.</summary>
public abstract class CheckpointCmdlet : ModelCmdlet
{
    private CheckpointRun? _run;
    private bool _isWhatIf;

    /// <summary>
    /// A file that keeps each answer as it arrives. The same command, run again, reads the answers from it and sends only
    /// the other requests.
    /// </summary>
    [Parameter]
    public virtual string? Checkpoint { get; set; }

    /// <summary>Processes an answer, or a chunk of one.</summary>
    private protected abstract void Deliver(ModelOutput output);

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (Checkpoint is not null)
        {
            _isWhatIf = new RequestPreview(this).IsWhatIf();
            _run = Open(OutputFile.Checkpoint(this, Checkpoint));
        }
    }

    private protected override void Finish()
    {
        if (_run is not null)
        {
            WriteVerbose(SafeText.Of(_run.Summary()));
        }

        base.Finish();
    }

    /// <summary>Returns the answer in the checkpoint to a request, as if it had just arrived. False if the request should be sent.</summary>
    private protected bool GiveKept<TWhole>(StreamingRequest request) where TWhole : ModelOutput
    {
        if (FindLine(request, KeptAnswer.Is<TWhole>) is not JsonMap line)
        {
            return false;
        }

        if (!_isWhatIf)
        {
            var source = KeptSource(request, line);
            Deliver(source.Mark((TWhole)JsonModel.Create(typeof(TWhole), ((JsonModel)line[CheckpointLine.AnswerField]!).ToJson()), isNew: false));
        }

        return true;
    }

    /// <summary>The file to which an answer was written, according to the checkpoint; null if the request should be sent.</summary>
    private protected string? FindKeptFile(StreamingRequest request) =>
        FindLine(request, static line => line[CheckpointLine.FileField] is string path && File.Exists(path))?[CheckpointLine.FileField] as string;

    /// <summary>Counts the tokens of an answer, from any thread, and keeps the answer if there is a checkpoint.</summary>
    private protected T Keep<T>(T answer, CmdletInput input, StreamSource source) where T : ModelOutput
    {
        input.Tokens = AnswerTokens.Of(answer);
        if (input.Request is CheckpointRequest request)
        {
            _run!.Keep(request, answer, source);
        }

        return answer;
    }

    /// <summary>Keeps the file to which an answer was written.</summary>
    private protected void KeepFile(string path)
    {
        if (Current?.Request is CheckpointRequest request)
        {
            _run!.Keep(request, path);
        }
    }

    private protected override ErrorRecord Annotate(ErrorRecord error)
    {
        if (Current?.Request is CheckpointRequest request)
        {
            _run!.Fail(request, error);
        }

        return base.Annotate(error);
    }

    private protected override void EndInput(CmdletInput input)
    {
        base.EndInput(input);
        if (_run?.Fault is Exception fault)
        {
            // Continuing would cost money for answers that are not kept.
            ThrowTerminatingError(Errors.FileNotWritable(fault, Checkpoint!));
        }
    }

    private protected override void Close()
    {
        _run?.Dispose();
        base.Close();
    }

    private JsonMap? FindLine(StreamingRequest request, Func<JsonMap, bool> isAnswer)
    {
        if (_run is null)
        {
            return null;
        }

        JsonMap? line = null;
        string? difference = null;
        try
        {
            line = _run.Find(Current!, request, isAnswer, out difference);
        }
        catch (Exception exception) when (exception is IOException or System.Text.Json.JsonException)
        {
            ThrowTerminatingError(Errors.FileNotReadable(exception, Checkpoint!)); // another program has changed the file
        }

        if (difference is not null)
        {
            WriteWarning(SafeText.Of(difference));
        }

        Current!.IsKept = line is not null;
        return line;
    }

    /// <summary>Creates the marks for the answer to the current input's request.</summary>
    private protected StreamSource NewSource(StreamingRequest request, StreamSource? previous)
    {
        var source = StreamSource.Of(request, previous, Current!.Value, Current.Index, Target.Terms);
        source.IsOneOfSeveral = IsOneOfSeveral;
        return source;
    }

    private StreamSource KeptSource(StreamingRequest request, JsonMap line)
    {
        var source = NewSource(request, null);
        source.Add((line[CheckpointLine.MessagesField] as Array ?? Array.Empty<object>()).OfType<JsonModel>().Select(static message => JsonModel.FromJson<ChatMessage>(message.ToJson())));
        var duration = KeptAnswer.Duration(line);
        source.Timing = new StreamTiming(duration, duration, 1);
        source.End();
        return source;
    }

    private CheckpointRun? Open(string path)
    {
        try
        {
            var file = CheckpointFile.Open(path, _isWhatIf);
            if (file?.WasCut == true)
            {
                WriteWarning(SafeText.Of($"The last line of the checkpoint '{path}' is incomplete, because the run that wrote it was interrupted. The line is removed, and its request is sent again."));
            }

            return new CheckpointRun(file);
        }
        catch (InputFileException exception)
        {
            ThrowTerminatingError(Errors.From(exception));
        }
        catch (IOException exception) when (CheckpointFile.IsInUse(exception))
        {
            ThrowTerminatingError(Errors.CheckpointInUse(path, exception));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            ThrowTerminatingError(Errors.FileNotWritable(exception, path));
        }

        return null;
    }
}
