using System.Collections;
using System.Management.Automation;
using System.Text;
using System.Text.RegularExpressions;

namespace OpenAIStream;

/// <summary>
/// A cmdlet that sends many texts in one request. Texts are collected into requests, and each answer is written separately,
/// in the order of the texts. A request that fails because of a text is split in half and sent again, until that text is
/// alone.
/// </summary>
/// <typeparam name="TWhole">The type that a request returns.</typeparam>
/// <typeparam name="TOne">The type of the answer to one text.</typeparam>
public abstract class BatchCmdlet<TWhole, TOne> : ModelCmdlet
    where TWhole : JsonModel, new()
    where TOne : ModelOutput
{
    // The limit of a request is 300,000 tokens. Except for unusual texts, a text has at most one token for two bytes of
    // UTF-8.
    private const int MostBytes = 600_000;

    private static readonly Regex OfInput = new(@"\binputs?\b|\btokens?\b|\bcontext length\b|\bbatch\b|\btoo (?:long|large|many)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    private readonly List<Item> _batch = [];
    private int _bytes;
    private int? _count;
    private object? _input;

    /// <summary>The texts.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Input", "Prompt")]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public PSObject? Text { get; set; }

    /// <summary>The number of texts in one request.</summary>
    [Parameter]
    [ValidateRange(1, 2048)]
    public int BatchSize { get; set; } = 256;

    /// <summary>Fields of the request for which there is no parameter, by the names that the service uses; they override parameters.</summary>
    [Parameter]
    [DictionaryTransformation]
    public object? AdditionalBody { get; set; }

    /// <summary>The path of the request.</summary>
    private protected abstract string Path { get; }

    /// <summary>Reads the supported kinds of input.</summary>
    private protected abstract PromptReader Reader { get; }

    private protected override object? Input => _input;

    private protected override int? InputCount => _count;

    private protected override bool IsOneOfSeveral => base.IsOneOfSeveral || _count > 1;

    /// <summary>The request without its input.</summary>
    private protected abstract JsonMap ToRequest();

    /// <summary>A prompt as it is in a request: a string, or an object that needs its own request.</summary>
    /// <exception cref="PromptException">It cannot be sent.</exception>
    private protected virtual object ToInput(object prompt) => prompt;

    /// <summary>The answers in the order of the texts.</summary>
    private protected abstract IReadOnlyList<TOne> Answers(TWhole whole);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        object?[] values = PlainValue.Base(Text) is IEnumerable list and not (string or IDictionary) ? [.. list.Cast<object?>()] : [Text];
        _count = MyInvocation.ExpectingInput ? null : values.Length;
        foreach (object? value in values)
        {
            _input = value is PSObject wrapped ? PipelineInput.Plain(wrapped) : value;
            AnswerInput();
        }
    }

    private protected override void Finish()
    {
        SendBatch();
        base.Finish();
    }

    /// <summary>Adds the text to the next request, and sends the request when it is full.</summary>
    private protected override void Answer()
    {
        var input = Current!;
        object content;
        try
        {
            content = ToInput(Reader.Read(_input, nameof(Text)));
        }
        catch (PromptException exception)
        {
            Report(Errors.BadPrompt(exception, _input));
            return;
        }

        if (BatchPath is not null)
        {
            AddToBatch(NewRequest(content));
            return;
        }

        input.IsBesideOthers = true;
        int size = content is string text ? Encoding.UTF8.GetByteCount(text) : MostBytes;
        if (_bytes + size > MostBytes)
        {
            SendBatch();
        }

        _batch.Add(new Item(input, content));
        _bytes += size;
        if (_batch.Count >= BatchSize || _bytes >= MostBytes)
        {
            SendBatch();
        }
    }

    private protected override RequestOptions NewOptions()
    {
        var options = base.NewOptions();
        options.IsRepeatable = true; // the request changes nothing at the service
        return options;
    }

    private void SendBatch()
    {
        Item[] batch = [.. _batch];
        _batch.Clear();
        _bytes = 0;
        if (batch.Length > 0)
        {
            Send(batch);
        }
    }

    private void Send(Item[] batch)
    {
        var request = NewRequest(batch.Length == 1 ? batch[0].Content : Array.ConvertAll(batch, static item => item.Content));
        object? target = batch.Length == 1 ? batch[0].Input.Value : null;
        if (!Try(() => Target.Client, target, out var client)
            || !MaySend(options => client.RequestAsync<TWhole>(HttpMethod.Post, Path, request, options, Stop), request["model"] as string, target: target))
        {
            return;
        }

        IReadOnlyList<TOne> answers;
        try
        {
            answers = Ask(client, request, batch.Length);
        }
        catch (OperationCanceledException) when (Stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (ApiException exception) when (batch.Length > 1 && exception is BadRequestException or UnprocessableEntityException && IsOfInput((ApiStatusException)exception))
        {
            Send([.. batch.Take(batch.Length / 2)]);
            Send([.. batch.Skip(batch.Length / 2)]);
            return;
        }
        catch (ApiException exception)
        {
            foreach (var item in batch)
            {
                item.Input.Model = request["model"] as string;
                EndBesideOthers(item.Input, exception);
            }

            return;
        }

        for (int i = 0; i < batch.Length; i++)
        {
            var source = new StreamSource([], null, batch[i].Input.Value, batch[i].Input.Index) { Terms = Target.Terms };
            EndInput(batch[i].Input);
            WriteObject(source.MarkWhole(answers[i]));
        }
    }

    private JsonMap NewRequest(object content)
    {
        try
        {
            var request = ToRequest();
            request["input"] = content;
            ((IDictionary?)AdditionalBody).MergeInto(request, nameof(AdditionalBody));
            return request;
        }
        catch (ArgumentException exception)
        {
            ThrowTerminatingError(Errors.BadArgument(exception.Message, AdditionalBody));
            throw;
        }
    }

    /// <exception cref="ApiException">The request failed, or did not return an answer to each text.</exception>
    private IReadOnlyList<TOne> Ask(OpenAIClient client, JsonMap request, int count)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var progress = NewProgress();
        var whole = Await((options, token) => client.RequestAsync<TWhole>(HttpMethod.Post, Path, request, options, token), stop, progress);
        var answers = Answers(whole);
        return answers.Count == count
            ? answers
            : throw new ResponseFormatException($"The response contains {answers.Count} answers to {count} texts. Check the base address and the model.") { Body = whole.ToJson() };
    }

    private static bool IsOfInput(ApiStatusException exception) => exception.Param is string param ? param.StartsWith("input", StringComparison.Ordinal) : OfInput.IsMatch(exception.Message);

    private sealed record Item(CmdletInput Input, object Content);
}
