using Xunit;

namespace OpenAIStream.Tests.Models;

/// <summary>Speech from a model: joined, read, and referred to in the next request.</summary>
public class ChatAudioTests
{
    /// <summary>Pieces of Base64, and the bytes of all of them together.</summary>
    public static TheoryData<string, string[], byte[]> Pieces => new()
    {
        { "whole groups", ["AAEC", "AwQF"], [0, 1, 2, 3, 4, 5] },
        { "each encoded for itself, with padding", ["AA==", "AQI=", "AwQF", "Bg=="], [0, 1, 2, 3, 4, 5, 6] },
        { "one text, cut anywhere", ["AAE", "CA", "w", "=", "="], [0, 1, 2, 3] },
        { "one text, cut within its padding, and another", ["AA=", "=", "AQ=="], [0, 1] },
        { "empty pieces between", ["AA==", "", "AQ=="], [0, 1] },
    };

    [Theory]
    [MemberData(nameof(Pieces))]
    public void Pieces_join_to_the_sent_bytes(string what, string[] pieces, byte[] bytes)
    {
        var audio = Joined([.. pieces.Select(static piece => $$"""{"data":"{{piece}}"}""")]).Audio!;
        Assert.True(audio.ToBytes().AsSpan().SequenceEqual(bytes), $"{what}: {audio.AudioBase64}");
    }

    [Fact]
    public void A_stream_joins_to_the_fields_of_a_whole_answer()
    {
        var message = Joined("""{"id":"audio_1","transcript":"Good "}""", """{"data":"AA=="}""", """{"transcript":"morning."}""", """{"data":"AQ=="}""", """{"expires_at":1700000000}""");
        Assert.Equal("""{"id":"audio_1","transcript":"Good morning.","data":"AAE=","expires_at":1700000000}""", message.Audio!.ToJson());
        Assert.Equal(("audio_1", "Good morning.", DateTimeOffset.FromUnixTimeSeconds(1700000000)), (message.Audio.Id, message.Text, message.Audio.ExpiresAt));
    }

    [Fact]
    public void The_text_so_far_is_the_transcript()
    {
        var joined = new ChatCompletionAccumulator();
        joined.Add(Chunk("""{"transcript":"Good "}"""));
        joined.Add(Chunk("""{"transcript":"morning."}"""));
        Assert.Equal("Good morning.", joined.Text);
    }

    [Fact]
    public void Invalid_Base64_is_an_error_when_it_is_read()
    {
        var audio = Joined("""{"data":"AA=="}""", """{"data":"?"}""").Audio!;
        Assert.Equal("AA==?", audio.AudioBase64);
        Assert.Throws<ResponseFormatException>(audio.ToBytes);
        Assert.Empty(new ChatAudio().ToBytes());
    }

    [Theory]
    [InlineData("""{"id":"a","data":"AA==","transcript":"Hi","expires_at":4000000000}""", """{"role":"assistant","content":null,"audio":{"id":"a"}}""")]
    [InlineData("""{"id":"a","data":"AA==","transcript":"Hi"}""", """{"role":"assistant","content":null,"audio":{"id":"a"}}""")]
    [InlineData("""{"id":"a","data":"AA==","transcript":"Hi","expires_at":1}""", """{"role":"assistant","content":"Hi"}""")]
    [InlineData("""{"data":"AA==","transcript":"Hi"}""", """{"role":"assistant","content":"Hi"}""")]
    [InlineData("""{"data":"AA=="}""", """{"role":"assistant","content":null}""")]
    public void A_conversation_refers_to_audio_by_its_id_until_it_expires(string audio, string sent)
    {
        var message = JsonModel.FromJson<ChatMessage>($$"""{"role":"assistant","content":null,"audio":{{audio}}}""");
        Assert.Equal(sent, message.ToInput().ToJson());
        Assert.Equal(audio, message.Audio!.ToJson());
    }

    [Fact]
    public void Text_beside_expired_audio_stays()
    {
        var message = JsonModel.FromJson<ChatMessage>("""{"role":"assistant","content":"Written","audio":{"id":"a","transcript":"Said","expires_at":1}}""");
        Assert.Equal("""{"role":"assistant","content":"Written"}""", message.ToInput().ToJson());
    }

    [Fact]
    public void A_response_gets_the_conversation_so_far()
    {
        var message = JsonModel.FromJson<ChatMessage>("""{"role":"assistant","content":null,"audio":{"id":"a","transcript":"Hi"}}""");
        Assert.Equal("""{"role":"assistant","content":"Hi"}""", Assert.Single(ResponseInput.From(message)).ToJson());
    }

    [Fact]
    public void Tokens_written_to_the_cache_are_counted()
    {
        var chat = JsonModel.FromJson<Usage>("""{"prompt_tokens_details":{"cache_write_tokens":7}}""");
        Assert.Equal(7, chat.PromptTokensDetails!.CacheWriteTokens);
        var response = JsonModel.FromJson<ResponseUsage>("""{"input_tokens_details":{"cache_write_tokens":7,"cache_write_tokens_details":{"ttl_12h_tokens":3}}}""");
        Assert.Equal((7, 3L), (response.InputTokensDetails!.CacheWriteTokens, response.InputTokensDetails.CacheWriteTokensDetails!["ttl_12h_tokens"]));
    }

    private static ChatMessage Joined(params string[] audio)
    {
        var joined = new ChatCompletionAccumulator();
        foreach (string piece in audio)
        {
            joined.Add(Chunk(piece));
        }

        return joined.Whole.Choices[0].Message!;
    }

    private static ChatCompletionChunk Chunk(string audio) => JsonModel.FromJson<ChatCompletionChunk>("""{"choices":[{"index":0,"delta":{"audio":""" + audio + "}}]}");
}
