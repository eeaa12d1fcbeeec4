namespace OpenAIStream;

/// <summary>Converts failures of batches, and of requests in them, into the exceptions that they would cause outside a batch.</summary>
internal static class BatchFaults
{
    /// <summary>Why the service refused a whole batch.</summary>
    public static BatchException Of(Batch batch)
    {
        var first = batch.Errors.Count > 0 ? batch.Errors[0] : new JsonMap();
        string more = batch.Errors.Count > 1 ? FormattableString.Invariant($" There are {batch.Errors.Count - 1} more such errors.") : "";
        string line = JsonValue.ToDouble(first.Find("line")) is double number ? FormattableString.Invariant($" (line {number})") : "";
        return new BatchException($"The service refused the batch {batch.Id}: {first.Find("message") ?? first.Find("code") ?? "it gave no reason"}{line}{more}")
        {
            Code = first.Find("code") as string,
            Param = first.Find("param") as string,
            Body = (batch.Find("errors") as JsonModel)?.ToJson(),
        };
    }

    /// <summary>Why a request failed, from its line in a batch's file; null if it was answered.</summary>
    public static ApiException? Of(JsonMap line, int? status, JsonMap? body, string? requestId)
    {
        if (status is not (null or (>= 200 and <= 299)))
        {
            var failed = ApiError.From(body, (body ?? line).ToJson()).ToStatusException(status.Value);
            failed.RequestId = requestId ?? failed.RequestId;
            return failed;
        }

        if (body is null)
        {
            var error = ApiError.From(line.Find("error") ?? line, line.ToJson());
            return new BatchException(error.Message ?? "The request was not sent, and the service gave no reason.") { Code = error.Code, Type = error.Type, Body = error.Body };
        }

        var found = WholeAnswer.ErrorIn(body, () => body.ToJson())?.ToAnswerException();
        if (found is not null)
        {
            found.RequestId = requestId ?? found.RequestId;
        }

        return found;
    }

    /// <summary>The error of a request that is in none of the batch's files.</summary>
    public static BatchException Missing(Batch batch) => new(batch.Status switch
    {
        "expired" => "The batch expired before the request was answered.",
        "cancelled" => "The batch was canceled before the request was answered.",
        _ => $"The batch {batch.Id} contains neither an answer to the request nor an error for it.",
    })
    {
        Code = batch.Status is "expired" or "cancelled" ? "batch_" + batch.Status : null,
    };
}
