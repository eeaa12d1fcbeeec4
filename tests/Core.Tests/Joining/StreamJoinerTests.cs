using Xunit;

namespace OpenAIStream.Tests.Joining;

/// <summary>Interleaved streams, distinguished by a key from the caller.</summary>
public class StreamJoinerTests
{
    [Fact]
    public void A_caller_s_key_distinguishes_streams()
    {
        var joiner = new StreamJoiner(static chunk => ((Completion)chunk).Id);
        Assert.True(joiner.Add(Chunk("1", "A")));
        Assert.True(joiner.Add(Chunk("2", "B")));
        Assert.False(joiner.Add(Chunk("1", "a")));
        Assert.Equal(["Aa", "B"], Texts(joiner.Finish()));
        Assert.Empty(joiner.Finish());
        Assert.Throws<ArgumentNullException>("keyOf", static () => new StreamJoiner(null!));
    }

    [Fact]
    public void By_default_the_tag_distinguishes_streams_and_the_joined_object_has_it_too()
    {
        object one = new();
        var joiner = new StreamJoiner();
        joiner.Add(Chunk("1", "A", one));
        joiner.Add(Chunk("2", "x"));
        joiner.Add(Chunk("3", "a", one));
        joiner.Add(Chunk("4", "y"));
        var wholes = joiner.Finish();
        Assert.Equal(["Aa", "xy"], Texts(wholes));
        Assert.Equal([one, null], wholes.Select(static whole => whole.GetTag()));
    }

    [Fact]
    public void Streams_are_taken_or_discarded_one_by_one()
    {
        var joiner = new StreamJoiner(static chunk => ((Completion)chunk).Id);
        joiner.Add(Chunk("1", "A"));
        joiner.Add(Chunk("2", "B"));
        joiner.Add(Chunk("3", "C"));
        Assert.Equal(["B"], Texts(joiner.Take(static key => key is "2")));
        Assert.True(joiner.Remove("1"));
        Assert.False(joiner.Remove("1"));
        Assert.False(joiner.Remove(null));
        Assert.Equal(["C"], Texts(joiner.Finish()));
    }

    [Fact]
    public void A_chunk_of_another_type_is_refused()
    {
        var joiner = new StreamJoiner(static _ => null);
        joiner.Add(Chunk("1", "A"));
        Assert.Throws<ArgumentException>(() => joiner.Add(new ImageEvent()));
        Assert.Equal(["A"], Texts(joiner.Finish()));
    }

    [Fact]
    public void A_null_key_takes_the_stream_without_a_key()
    {
        var joiner = new StreamJoiner(static _ => null);
        joiner.Add(Chunk("1", "A"));
        Assert.Empty(joiner.Take(static key => key is not null));
        Assert.Equal(["A"], Texts(joiner.Take(static key => key is null)));
    }

    [Fact]
    public void A_null_chunk_is_refused() => Assert.Equal("chunk", Assert.Throws<ArgumentNullException>(() => new StreamJoiner().Add(null!)).ParamName);

    [Fact]
    public void A_null_condition_is_refused() => Assert.Equal("hasEnded", Assert.Throws<ArgumentNullException>(() => new StreamJoiner().Take(null!)).ParamName);

    private static Completion Chunk(string id, string text, object? tag = null)
    {
        var chunk = JsonModel.FromJson<Completion>($$"""{"id":"{{id}}","choices":[{"index":0,"text":"{{text}}"}]}""");
        chunk.SetTag(tag);
        return chunk;
    }

    private static List<string> Texts(IEnumerable<ModelOutput> wholes) => [.. wholes.Select(static whole => whole.Text)];
}
