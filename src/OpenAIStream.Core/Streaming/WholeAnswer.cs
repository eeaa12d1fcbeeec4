using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>The body of an answer that is no stream.</summary>
internal static class WholeAnswer
{
    /// <summary>Reads the body of a response as an answer.</summary>
    /// <exception cref="ApiException">It is an error, or not what the API promises, or it broke.</exception>
    public static async Task<T> ReadAsync<T>(HttpResponseMessage message, Call call) where T : JsonModel, new()
    {
        using var body = await OpenBody.OpenAsync(message, call).ConfigureAwait(false);
        byte[] bytes;
        try
        {
            bytes = await body.ReadRestAsync(OpenBody.Nothing, int.MaxValue).ConfigureAwait(false);
        }
        catch (ApiException error)
        {
            error.RequestId ??= body.RequestId;
            throw;
        }

        return Read<T>(bytes, message, call.Secrets);
    }

    /// <summary>Reads bytes as an answer.</summary>
    /// <exception cref="ApiException">It is an error, or not what the API promises.</exception>
    public static T Read<T>(byte[] body, HttpResponseMessage message, Secrets secrets) where T : JsonModel, new()
    {
        string? requestId = ResponseHeaders.RequestId(message, secrets);
        object? value;
        try
        {
            value = new JsonTokenReader().Read(body, JsonShape.Of<T>(), null);
        }
        catch (JsonException exception)
        {
            string type = message.Content.Headers.ContentType?.MediaType ?? "of no declared type";
            throw Malformed(body.Length == 0 ? "The answer was empty." : $"The answer is no JSON but {type}. Does the address lead to the API?", exception);
        }

        if (value is JsonModel model && ApiError.IsIn(model))
        {
            var error = ApiError.From(value, Encoding.UTF8.GetString(body)).Without(secrets).ToAnswerException();
            error.RequestId = requestId;
            throw error;
        }

        return value is T answer && (answer is not (ChoiceChunk or ChatCompletion) || answer.Contains("choices"))
            ? answer
            : throw Malformed("The answer is JSON, but neither what was asked for nor an error. Does the address lead to the API?", null);

        ResponseFormatException Malformed(string what, Exception? reason) =>
            new(what, reason) { Body = secrets.Hide(Encoding.UTF8.GetString(body)), RequestId = requestId };
    }
}
