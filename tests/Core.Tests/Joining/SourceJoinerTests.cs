using Xunit;

namespace OpenAIStream.Tests.Joining;

/// <summary>Streams whose chunks come mixed: those that answer one request belong together.</summary>
public class SourceJoinerTests
{
    private readonly SourceJoiner _joiner = new();
    private readonly List<string> _ended = [];

    [Fact]
    public void Chunks_that_come_mixed_are_joined_by_their_request()
    {
        var (one, two) = (Request(), Request());
        Add(one, "A");
        Add(two, "B");
        Add(one, "a");
        Add(two, "b");

        Assert.Empty(_ended);
        Assert.Equal(["Aa", "Bb"], Rest());
        Assert.Empty(Rest());
    }

    [Fact]
    public void Chunks_of_no_known_request_belong_together()
    {
        Add(null, "A");
        Add(Request(), "x");
        Add(null, "a");
        Assert.Equal(["Aa", "x"], Rest());
    }

    [Fact]
    public void A_stream_that_has_ended_is_handed_over_with_the_next_one_s_beginning()
    {
        var (one, two, three) = (Request(), Request(), Request());
        Add(one, "A");
        Add(two, "B");
        Over(one);
        Add(two, "b");
        Assert.Empty(_ended); // not in the middle of another
        Add(three, "C");
        Assert.Equal(["A"], _ended);

        Over(two);
        Over(three);
        Add(Request(), "D");
        Assert.Equal(["A", "Bb", "C"], _ended);
        Assert.Equal(["D"], Rest());
    }

    [Fact]
    public void Of_a_conversation_with_tools_the_last_answer_counts()
    {
        var other = Request();
        var first = Request();
        Add(first, "calls a tool");
        Add(other, "other");
        Over(first);
        var second = Request(first);
        Add(second, "calls again");
        Over(second);
        Add(Request(second), "the answer");

        Assert.Empty(_ended);
        Assert.Equal(["other", "the answer"], Rest());
    }

    [Fact]
    public void The_whole_says_which_request_it_answers()
    {
        var request = Request();
        Add(request, "A");
        var whole = Assert.IsType<Completion>(Assert.Single(_joiner.Finish()));
        Assert.Same(request, whole.GetTag());
    }

    [Fact]
    public void A_chunk_that_does_not_belong_is_refused()
    {
        Add(null, "A");
        Assert.Throws<ArgumentException>(() => _joiner.Add(new ImageEvent()));
        Assert.Equal(["A"], Rest());
    }

    private static StreamSource Request(StreamSource? previous = null) => new([], previous, null, 0);

    private static void Over(StreamSource request) => request.IsOver = true;

    private void Add(StreamSource? request, string text)
    {
        var chunk = JsonModel.FromJson<Completion>($$"""{"choices":[{"index":0,"text":"{{text}}"}]}""");
        chunk.SetTag(request);
        _ended.AddRange(Texts(_joiner.Add(chunk)));
    }

    private List<string> Rest() => Texts(_joiner.Finish());

    private static List<string> Texts(IReadOnlyList<JsonModel> wholes) => [.. wholes.Select(whole => ((Completion)whole).Text)];
}
