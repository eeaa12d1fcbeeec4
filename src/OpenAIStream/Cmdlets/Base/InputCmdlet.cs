using System.Management.Automation;

namespace OpenAIStream;

/// <summary>A cmdlet that answers inputs, one or many: it knows which one an error is about, and shows how far it is with them.</summary>
public abstract class InputCmdlet : RequestCmdlet
{
    private int _inputs;
    private RunProgress? _run; // null for a single call

    /// <summary>What the request is about, for error records.</summary>
    private protected abstract object? Input { get; }

    /// <summary>The same in words, for the progress bar.</summary>
    private protected virtual string? InputText => PromptText.Of(Input);

    /// <summary>What the progress bar says.</summary>
    private protected virtual string Activity => "Waiting for the response";

    /// <summary>Whether the inputs show by themselves how far they are.</summary>
    private protected virtual bool ShowsItself => false;

    /// <summary>How many inputs there will be; null where the pipeline may bring more.</summary>
    private protected virtual int? InputCount => null;

    /// <summary>How many inputs are answered at once.</summary>
    private protected virtual int MostAtOnce => 1;

    /// <summary>The input that is being answered, or that an error is being written about.</summary>
    private protected CmdletInput? Current { get; private set; }

    /// <summary>The progress bar of the call under way; null when it has none.</summary>
    private protected WaitProgress? Progress { get; private set; }

    /// <summary>Answers the input that the parameters describe now.</summary>
    private protected abstract void Answer();

    /// <summary>Takes up the next input and answers it.</summary>
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

    /// <summary>No more inputs come: what is still to be done.</summary>
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

    /// <summary>Has the progress bar tell how long requests are held back.</summary>
    private protected void ShowPause(Func<TimeSpan> pause)
    {
        if (_run is not null)
        {
            _run.Pause = pause;
        }
    }

    /// <summary>Ends an input that was answered beside others, and writes the error if it failed.</summary>
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

    /// <summary>Writes the error of an input that is not sent. It counts as one all the same.</summary>
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

    /// <summary>Writes what a stream brings into a file. False when that failed and the error has been written.</summary>
    /// <param name="from">The stream; disposed of with this.</param>
    /// <param name="file">The file.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="length">How much it will be; null where that is not known.</param>
    private protected bool Save(Stream from, OutputFile file, WaitProgress progress, long? length = null)
    {
        using var source = from;
        try
        {
            return Try(() => file.Write(source, progress, length), Input, out _);
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
