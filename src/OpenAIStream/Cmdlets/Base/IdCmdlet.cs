namespace OpenAIStream;

/// <summary>A cmdlet for stored objects, each identified by its id.</summary>
public abstract class IdCmdlet : InputCmdlet
{
    private string _current = "";

    /// <summary>The ids.</summary>
    public abstract string[] Id { get; set; }

    /// <summary>The current id.</summary>
    private protected override object? Input => _current;

    private protected override bool IsOneOfSeveral => base.IsOneOfSeveral || Id.Length > 1;

    private protected override int? InputCount => MyInvocation.ExpectingInput ? null : Id.Length;

    /// <summary>What to do if the service does not know an id; null uses the table of errors.</summary>
    private protected virtual string? NotFound => null;

    /// <summary>Processes one of them.</summary>
    private protected abstract void Answer(string id);

    /// <summary>Lists all of them, for cmdlets with the parameter set List.</summary>
    private protected virtual void WriteList()
    {
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == "List")
        {
            WriteList();
            return;
        }

        foreach (string id in Id)
        {
            _current = id;
            AnswerInput();
        }
    }

    private protected override void Answer() => Answer(_current);

    private protected override string? Advice(ApiException exception) => (exception is NotFoundException ? NotFound : null) ?? base.Advice(exception);

    /// <summary>Waits for a request whose response contains nothing.</summary>
    private protected static async Task<bool> Done(Task request)
    {
        await request.ConfigureAwait(false);
        return true;
    }
}
