using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// A cmdlet that processes prompts. If prompts come only from the argument, or only from the pipeline, each prompt is one
/// request. With an instruction as the argument, all piped input is content for it and is sent with it in one request, or
/// with -ForEachInput in a request for each input.
/// </summary>
/// <typeparam name="TRequest">The type of the request.</typeparam>
/// <typeparam name="TWhole">The type of the whole answer.</typeparam>
/// <typeparam name="TChunk">The type of the chunks.</typeparam>
public abstract class PromptCmdlet<TRequest, TWhole, TChunk> : StreamingCmdlet<TRequest, TWhole, TChunk>
    where TRequest : StreamingRequest
    where TWhole : ModelOutput
    where TChunk : StreamChunk
{
    // The engine's own name for a script block that it runs for each input; the type is not public.
    private const string DelayedScript = "DelayedScriptBlockArgument";

    private readonly List<object?> _inputs = []; // whose content is collected
    private readonly List<string> _scripts = []; // parameters with a script block that runs for each input
    private object? _instruction;
    private PromptContent? _content; // collects input for one request; null if each input has its own
    private object? _input;
    private bool _hasAnswered;
    private bool _isAlone;

    /// <summary>Content for the instruction, usually from the pipeline.</summary>
    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public virtual PSObject? InputObject { get; set; }

    /// <summary>Sends a request with the instruction for each input from the pipeline, instead of one request with all of them.</summary>
    [Parameter]
    public virtual SwitchParameter ForEachInput { get; set; }

    /// <summary>Reads prompts, and knows their parameter.</summary>
    private protected abstract PromptReader Reader { get; }

    /// <summary>The current value of that parameter.</summary>
    private protected abstract PSObject? Given { get; }

    /// <summary>A parameter other than the prompt that a row in the pipeline has set; null if there is none.</summary>
    private protected abstract string? SetByRow { get; }

    /// <summary>The prompt to send: a string, a message, or items. Null if the cmdlet needs none.</summary>
    private protected object? CurrentPrompt { get; private set; }

    /// <summary>Whether the prompt is optional.</summary>
    private protected virtual bool IsPromptOptional => false;

    /// <summary>Whether an input is what the request continues from, instead of its content.</summary>
    private protected virtual bool IsPredecessor(object? input) => false;

    private protected override object? Input => _input;

    private protected override string? InputText => PromptText.Of(CurrentPrompt);

    private protected override bool IsOneOfSeveral => base.IsOneOfSeveral && !_isAlone;

    private bool IsPiped => MyInvocation.ExpectingInput;

    /// <summary>In BeginProcessing: whether the prompt parameter has a value that is not a script block for each input.</summary>
    private bool HasInstruction => IsGiven(Reader.Parameter) && !_scripts.Contains(Reader.Parameter);

    private protected override IEnumerable<Contradiction> Contradictions() =>
    [
        .. base.Contradictions(),
        new(ForEachInput && !IsPiped, "-ForEachInput sends a request for each input from the pipeline, and nothing is piped."),
        new(IsGiven(nameof(InputObject)) && !HasInstruction, $"-InputObject is the content for an instruction. Specify the instruction with -{Reader.Parameter}."),
        new(HasInstruction && IsPiped && !ForEachInput && ThrottleLimit > 1,
            $"The instruction in -{Reader.Parameter} and all piped input are sent in one request, and -ThrottleLimit is for several requests. To send one request for each input, add -ForEachInput."),
        .. _scripts.Where(static name => name != nameof(InputObject)).Select(name => new Contradiction(
            HasInstruction && !ForEachInput,
            $"-{name} {{ ... }} has a value for each input, but all inputs are sent in one request. To send one request for each input, add -ForEachInput.")),
    ];

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        foreach (var argument in MyInvocation.BoundParameters)
        {
            if (argument.Value?.GetType().Name == DelayedScript)
            {
                _scripts.Add(argument.Key);
            }
        }

        base.BeginProcessing();
        if (!HasInstruction && (IsPiped || IsPromptOptional))
        {
            return;
        }

        _content = IsPiped && !ForEachInput ? new PromptContent() : null;
        _isAlone = true;
        _ = TryRead(() => Reader.Read(Given, Reader.Parameter), Given, out _instruction);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        _isAlone = false;
        _input = PipelineInput.Plain(HasContent ? InputObject : Given);
        if (TryRead(ReadPrompt, _input, out object? prompt) && !(prompt is null && _content is not null))
        {
            CurrentPrompt = prompt;
            _hasAnswered = true;
            AnswerInput();
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_content is not null && (_inputs.Count > 0 || !_hasAnswered))
        {
            _isAlone = true;
            _input = _inputs.Count == 1 ? _inputs[0] : _inputs.ToArray();
            TryRead(() => _content.With(_instruction!), _input, out object? prompt);
            CurrentPrompt = prompt;
            AnswerInput();
        }

        base.EndProcessing();
    }

    /// <summary>The value of a parameter that can be bound from a property of the input. Null if the input is an answer, whose fields only happen to have such names.</summary>
    private protected string? Chosen(string name, string? value) =>
        string.IsNullOrEmpty(value) || (!IsGiven(name) && InputObject is not null && SerializedModel.IsOrWas(InputObject)) ? null : value;

    /// <summary>The name of the parameter if the input has set it.</summary>
    private protected string? NameIfSet(string name, string? value) => IsGiven(name) || Chosen(name, value) is null ? null : name;

    private bool HasContent => IsPiped || IsGiven(nameof(InputObject));

    /// <summary>The prompt of the current input; null if it is collected, or if nothing has to be sent.</summary>
    private object? ReadPrompt()
    {
        if (_instruction is null)
        {
            return !IsPiped && IsPromptOptional ? null
                : !IsPredecessor(Given?.BaseObject) ? Reader.Read(Given, Reader.Parameter)
                : throw new PromptException($"There is no new input. Specify it with -{Reader.Parameter}; the answer then continues from the one in the pipeline.");
        }

        if (!HasContent || IsPredecessor(InputObject?.BaseObject))
        {
            return _instruction;
        }

        if (_content is null)
        {
            var one = new PromptContent();
            one.Add(Reader.Read(InputObject, nameof(InputObject)), InputObject);
            return one.With(_instruction);
        }

        _isAlone = true;
        if (SetByRow is string name)
        {
            throw new PromptException($"The input has a property that sets -{name}, but all inputs are sent in one request. Add -ForEachInput to send one request for each input, or specify -{name} as an argument for all.");
        }

        _content.Add(Reader.ReadContent(InputObject, nameof(InputObject)), InputObject);
        _inputs.Add(_input);
        return null;
    }

    /// <summary>Reads a prompt. False if it was refused.</summary>
    private bool TryRead(Func<object?> read, object? target, out object? prompt)
    {
        try
        {
            prompt = read();
            return true;
        }
        catch (ArgumentException exception)
        {
            Refuse(Errors.BadPrompt(exception, target));
            prompt = null;
            return false;
        }
    }
}
