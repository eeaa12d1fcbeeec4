using System.Management.Automation;

namespace OpenAIStream;

/// <content>-AsBatch: requests become batches instead of being sent one by one.</content>
public abstract partial class ModelCmdlet
{
    private static readonly (string Parameter, string Reason)[] WithoutBatches =
    [
        ("Stream", "-Stream returns answers as they are generated, and a batch returns them within a day."),
        ("ThrottleLimit", "-ThrottleLimit sets how many prompts are sent at once, and -AsBatch sends them all together."),
        ("Checkpoint", "-Checkpoint stores answers as they arrive, and the service stores those of a batch."),
        ("InvokeTools", "-InvokeTools continues with the output of tools, and a batch sends each request once."),
        ("Background", "-Background runs one request without a connection, and a batch runs all of them that way."),
        ("WarmUp", "-WarmUp prepares the next request on a WebSocket, and a batch does not use one."),
        ("BatchSize", "-BatchSize sets the number of texts in one request, and -AsBatch sends each as a separate request."),
    ];

    private Dictionary<string, OpenBatch>? _batches; // being filled, by model

    /// <summary>The path of the requests in batches; null if requests are sent separately.</summary>
    private protected virtual string? BatchPath => null;

    private protected override IEnumerable<Contradiction> Contradictions() => BatchPath is null ? base.Contradictions() :
    [
        .. base.Contradictions(),
        .. WithoutBatches.Where(other => IsSet(other.Parameter)).Select(static other => new Contradiction(true, $"{other.Reason} Remove -{other.Parameter} or -AsBatch.")),
    ];

    /// <summary>Adds the request of the current input to a batch. A full batch is created at once. Returns false if requests are sent separately.</summary>
    private protected bool AddToBatch(JsonModel request)
    {
        if (BatchPath is null)
        {
            return false;
        }

        var input = Current!;
        input.Model = request["model"] as string;
        try
        {
            if (Try(() => Target.Client, input.Value, out var client))
            {
                Add(client, input, request);
            }
        }
        catch (ArgumentException exception) // it is too large for any batch
        {
            Report(Errors.BadArgument(exception.Message, input.Value));
        }
        catch (IOException exception)
        {
            ThrowTerminatingError(Annotate(Errors.FileNotWritable(exception, Path.GetTempPath())));
        }

        return true;
    }

    private void Add(OpenAIClient client, CmdletInput input, JsonModel request)
    {
        string model = input.Model ?? "";
        _batches ??= new(StringComparer.Ordinal);
        if (_batches.TryGetValue(model, out var batch) && !batch.TryAdd(input, request))
        {
            _batches.Remove(model);
            Make(client, batch);
            batch = null;
        }

        if (batch is null)
        {
            _batches[model] = batch = new OpenBatch(new BatchInput(client, BatchPath!), input.Index);
            batch.TryAdd(input, request);
        }
    }

    private protected override void Finish()
    {
        if (_batches is not null)
        {
            foreach (var batch in _batches.Values.OrderBy(static batch => batch.First))
            {
                Make(Target.Client, batch);
            }
        }

        base.Finish();
    }

    private protected override void Close()
    {
        foreach (var batch in _batches?.Values.ToArray() ?? [])
        {
            batch.Dispose();
        }

        base.Close();
    }

    private bool IsSet(string parameter) =>
        MyInvocation.BoundParameters.TryGetValue(parameter, out object? value) && LanguagePrimitives.IsTrue(value) && value is not 1;

    private void Make(OpenAIClient client, OpenBatch open)
    {
        using var _ = open;
        var input = open.Input;
        if (input.Count == 0 || !MayMake(client, input))
        {
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var progress = NewProgress("Sending a batch", null);
        progress.Sending(input.Bytes, 0);
        Batch batch;
        try
        {
            batch = Await((options, token) => client.Batches.SubmitAsync(input, null, options, token), stop, progress);
        }
        catch (OperationCanceledException) when (Stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (ApiException exception)
        {
            var error = Errors.BatchNotMade(exception, open.First, open.Last, Advice(exception));
            if (!IsOneOfSeveral)
            {
                ThrowTerminatingError(error);
            }

            WriteError(error);
            return;
        }

        Target.RecentBatches.Note(batch.Id, $"{input.Count} requests");
        WriteObject(batch);
    }

    private bool MayMake(OpenAIClient client, BatchInput input)
    {
        var preview = new RequestPreview(this);
        if (preview.IsWanted(ConfirmsRequests))
        {
            return Try(() => RequestPreview.Of(options => client.Batches.CreateAsync(new BatchRequest(), options, Stop), NewOptions()), null, out var request)
                && preview.Show(request, input);
        }

        Announce(input.Model);
        return true;
    }

    /// <summary>A batch that is being filled.</summary>
    /// <param name="input">Its requests.</param>
    /// <param name="first">The number of its first input.</param>
    private sealed class OpenBatch(BatchInput input, int first) : IDisposable
    {
        public BatchInput Input => input;

        public int First { get; } = first;

        public int Last { get; private set; } = first;

        public bool TryAdd(CmdletInput one, JsonModel request)
        {
            if (!input.TryAdd(BatchInputs.IdOf(one.Index), request, BatchInputs.AboutOf(one.Value, request)))
            {
                return false;
            }

            Last = one.Index;
            return true;
        }

        public void Dispose() => input.Dispose();
    }
}
