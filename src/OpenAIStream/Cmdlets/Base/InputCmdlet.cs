using System.Management.Automation;

namespace OpenAIStream;

/// <summary>A cmdlet that processes one or more inputs: it knows which input an error is about, and shows its progress.</summary>
public abstract class InputCmdlet : RequestCmdlet
{
    private int _inputs;
    private RunProgress? _run; // null for a single call

    /// <summary>The input of the request, for error records.</summary>
    private protected abstract object? Input { get; }

    /// <summary>The input as text, for the progress bar.</summary>
    private protected virtual string? InputText => PromptText.Of(Input);

    /// <summary>The text of the progress bar.</summary>
    private protected virtual string Activity => "Waiting for the response";

    /// <summary>Whether the inputs show their own progress.</summary>
    private protected virtual bool ShowsItself => false;

    /// <summary>The number of inputs; null if the pipeline may supply more.</summary>
    private protected virtual int? InputCount => null;

    /// <summary>The number of inputs that are processed at once.</summary>
    private protected virtual int MostAtOnce => 1;

    /// <summary>The input that is being processed, or that an error is being written about.</summary>
    private protected CmdletInput? Current { get; private set; }

    /// <summary>The progress bar of the current call; null if it has none.</summary>
    private protected WaitProgress? Progress { get; private set; }

    /// <summary>Processes the input that the parameters describe now.</summary>
    private protected abstract void Answer();

    /// <summary>Starts and processes the next input.</summary>
    private protected void AnswerInput()
    {
        var input = BeginInput();
        try
        {
            Answer();
        }
        catch
        {
            HideBar();
            throw;
        }

        if (!input.IsBesideOthers)
        {
            EndInput(input);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_run is not null)
        {
            _run.Total = _inputs;
        }

        try
        {
            Finish();
        }
        finally
        {
            HideBar();
        }
    }

    /// <summary>Called after the last input: does what remains.</summary>
    private protected virtual void Finish()
    {
    }

    private protected CmdletInput BeginInput()
    {
        if (_run is null && (IsOneOfSeveral || InputCount > 1) && !ShowsItself)
        {
            Bar.Begin();
            _run = new RunProgress(Bar, Activity, MostAtOnce);
        }

        Current = new CmdletInput(Input, _inputs++);
        if (_run is not null)
        {
            _run.Begin();
            _run.Total = InputCount;
        }

        return Current;
    }

    private protected virtual void EndInput(CmdletInput input) => _run?.End(input);

    /// <summary>Makes the progress bar show how long requests are paused.</summary>
    private protected void ShowPause(Func<TimeSpan> pause)
    {
        if (_run is not null)
        {
            _run.Pause = pause;
        }
    }

    /// <summary>Ends an input that was processed alongside others, and writes the error if it failed.</summary>
    private protected void EndBesideOthers(CmdletInput input, Exception? failure)
    {
        var current = Current;
        Current = input;
        try
        {
            if (failure is not null)
            {
                Try<bool>(() => throw failure, input.Value, out _);
            }

            EndInput(input);
        }
        finally
        {
            Current = current;
        }
    }

    /// <summary>Writes the error of an input that is not sent. It is still counted.</summary>
    private protected void Refuse(ErrorRecord error)
    {
        var input = BeginInput();
        Report(error);
        EndInput(input);
    }

    private protected override ErrorRecord Annotate(ErrorRecord error)
    {
        if (Current is null)
        {
            return error;
        }

        Current.HasFailed = true;
        return error.About(Current);
    }

    /// <summary>Writes the content of a stream to a file. False if that failed and the error has been written.</summary>
    /// <param name="from">The stream; it is disposed.</param>
    /// <param name="file">The file.</param>
    /// <param name="progress">Receives the progress.</param>
    /// <param name="length">The expected number of bytes; null if unknown.</param>
    /// <param name="announced">The number of bytes that the content must have; null if any.</param>
    private protected bool Save(Stream from, OutputFile file, WaitProgress progress, long? length = null, long? announced = null)
    {
        using var source = from;
        try
        {
            return Try(() => file.Write(source, progress, length, announced), Input, out _);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Report(Errors.FileNotWritable(exception, file.Path));
            return false;
        }
    }

    private protected override WaitProgress? NewCallProgress() => NewProgress();

    private protected WaitProgress NewProgress() => Progress = NewProgress(Activity, InputText);

    private protected override WaitProgress NewProgress(string? activity, string? about)
    {
        if (_run is null)
        {
            return base.NewProgress(activity, about);
        }

        return new WaitProgress(Bar, activity, about, _run);
    }
}
