using System.Text.Json;
using Xunit;

namespace OpenAIStream.Tests.Models;

public class CaptureRoundTripTests
{
    public static TheoryData<string, string> AllCaptures =>
        [.. new[] { "chat", "completions", "responses" }.SelectMany(api => Captures.Files(api).Select(file => (api, file)))];

    [Theory]
    [MemberData(nameof(AllCaptures))]
    public void Every_payload_round_trips_as_a_chunk(string api, string file)
    {
        foreach (string payload in Captures.Payloads(file))
        {
            StreamChunk chunk = api switch
            {
                "chat" => JsonModel.FromJson<ChatCompletionChunk>(payload),
                "responses" => JsonModel.FromJson<ResponseEvent>(payload),
                _ => JsonModel.FromJson<Completion>(payload),
            };

            using var expected = JsonDocument.Parse(payload);
            using var actual = JsonDocument.Parse(chunk.ToJson());
            Assert.True(JsonElement.DeepEquals(expected.RootElement, actual.RootElement), $"sent {payload}\nread {chunk.ToJson()}");
        }
    }
}
