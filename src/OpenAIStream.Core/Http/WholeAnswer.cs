using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>The body of an answer that is no stream.</summary>
internal static class WholeAnswer
{
    /// <exception cref="ApiException">It is an error, or not what the API promises.</exception>
    public static T Read<T>(byte[] body, HttpResponseMessage message) where T : JsonModel, new()
    {
        try
        {
            object? value = new JsonModelReader().Read(body, new T().GetShape(), null);
            if (value is T answer && answer.Find("error") is null)
            {
                return answer;
            }

            var error = ApiError.From(value, Encoding.UTF8.GetString(body)).ToStreamException();
            error.RequestId = ResponseHeaders.RequestId(message);
            throw error;
        }
        catch (JsonException exception)
        {
            throw new ResponseFormatException(
                $"The answer is no JSON but {message.Content.Headers.ContentType?.MediaType ?? "of no declared type"}. Does the address lead to the API?",
                exception)
            { Body = Encoding.UTF8.GetString(body), RequestId = ResponseHeaders.RequestId(message) };
        }
    }
}
