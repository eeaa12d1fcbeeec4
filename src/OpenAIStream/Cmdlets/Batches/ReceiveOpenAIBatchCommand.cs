using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Gets the answers of finished batches, in the order of their inputs, and an error for each failed request.</summary>
[Cmdlet(VerbsCommunications.Receive, "OpenAIBatch", SupportsShouldProcess = true)]
[OutputType(typeof(ChatCompletion), typeof(Response), typeof(Completion), typeof(Embedding), typeof(Batch))]
public sealed class ReceiveOpenAIBatchCommand : BatchIdCmdlet
{
    /// <summary>Sends the failed requests again in a new batch, and writes that batch instead of answers and errors.</summary>
    [Parameter]
    public SwitchParameter Retry { get; set; }

    private protected override string Activity => "Receiving answers";

    private protected override bool ConfirmsRequests => Retry;

    private protected override void Answer(string id)
    {
        if (!Try(() => Target.Client, id, out var client) || !Ask((options, stop) => client.Batches.GetAsync(id, options, stop), id, out var batch))
        {
            return;
        }

        Target.RecentBatches.Note(batch.Id);
        if (!batch.IsEnded)
        {
            Report(Errors.BatchNotEnded(batch));
        }
        else if (Retry && batch.Status == "failed")
        {
            Make((options, stop) => client.Batches.CreateAsync(BatchRequest.Again(batch), options, stop), id);
        }
        else
        {
            Receive(client, batch, id);
        }
    }

    private void Receive(OpenAIClient client, Batch batch, string id)
    {
        try
        {
            if (!Send((options, stop) => client.Batches.OpenResultsAsync(batch, options, stop), id, out var results))
            {
                return;
            }

            using (results)
            {
                if (!results.HasRequests)
                {
                    WriteWarning(SafeText.OneLine($"The service no longer has the file with the requests of {batch.Id}. The answers have no Input."));
                }

                if (Retry)
                {
                    SendAgain(client, batch, results, id);
                }
                else
                {
                    Write(batch, results, id);
                }
            }
        }
        catch (IOException exception)
        {
            ThrowTerminatingError(Annotate(Errors.FileNotWritable(exception, Path.GetTempPath())));
        }
    }

    private void Write(Batch batch, BatchResults results, string id)
    {
        for (int line = 0; Try(results.MoveNext, id, out bool moved) && moved; line++)
        {
            var result = results.Current;
            var about = new CmdletInput(BatchInputs.Of(result), BatchInputs.IndexIn(result.CustomId) ?? line);
            IReadOnlyList<JsonModel> answers = [];
            var error = result.Error;
            try
            {
                answers = error is null ? BatchAnswers.Of(batch.Endpoint ?? "", result, about.Value, about.Index) : answers;
            }
            catch (ApiException exception)
            {
                error = exception;
            }

            if (error is not null)
            {
                WriteError(Errors.From(error, about.Value).About(about));
            }

            foreach (var answer in answers)
            {
                Write(answer, about);
            }
        }
    }

    private void Write(JsonModel answer, CmdletInput about)
    {
        if (answer is ModelOutput output)
        {
            this.WriteAnswer(output);
            return;
        }

        var named = PSObject.AsPSObject(WholeAnswers.Of(answer));
        named.Properties.Add(new PSNoteProperty("Input", about.Value));
        named.Properties.Add(new PSNoteProperty("InputIndex", about.Index));
        WriteObject(named);
    }

    private void SendAgain(OpenAIClient client, Batch batch, BatchResults results, string id)
    {
        using var again = new BatchInput(client, (batch.Endpoint ?? "").TrimStart('/').Replace("v1/", ""));
        int lost = 0;
        while (true)
        {
            if (!Try(results.MoveNext, id, out bool moved))
            {
                return; // no half of them is sent
            }

            if (!moved)
            {
                break;
            }

            var result = results.Current;
            if (result.Error is not null && (result.Request is null || !again.TryAdd(result.CustomId, result.Request, result.About)))
            {
                lost++;
            }
        }

        if (lost > 0)
        {
            Report(Errors.BatchRequestsGone(batch, lost));
        }
        else if (again.Count > 0)
        {
            WriteVerbose(SafeText.OneLine($"{again.Count} requests of {batch.Id} failed and are sent again."));
            Make((options, stop) => client.Batches.SubmitAsync(again, BatchRequest.Again(batch), options, stop), id);
        }
        else
        {
            WriteVerbose(SafeText.OneLine($"No request of {batch.Id} failed."));
        }
    }

    private void Make(Func<RequestOptions, CancellationToken, Task<Batch>> create, string id)
    {
        if (Ask(create, id, out var made))
        {
            Target.RecentBatches.Note(made.Id);
            WriteObject(made);
        }
    }
}
