using Xunit;

namespace OpenAIStream.Tests.Joining;

/// <summary>Interleaved streams: chunks that answer the same request belong together.</summary>
public class SourceJoinerTests
{
    private readonly SourceJoiner _joiner;
    private readonly List<string> _ended = [];
    private readonly List<string> _told = [];

    public SourceJoinerTests() => _joiner = new SourceJoiner(_told.Add);

    [Fact]
    public void Interleaved_chunks_are_joined_by_their_request()
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
    public void Chunks_without_a_known_request_belong_together()
    {
        Add(null, "A");
        Add(Request(), "x");
        Add(null, "a");
        Assert.Equal(["Aa", "x"], Rest());
    }

    [Fact]
    public void A_finished_stream_is_returned_when_the_next_one_starts()
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
    public void In_a_conversation_with_tools_the_last_answer_counts()
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
    public void The_joined_object_says_which_request_it_answers()
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

    [Fact]
    public void An_answer_whose_stream_broke_is_left_out_and_reported()
    {
        var (one, two) = (OneOfSeveral(0), OneOfSeveral(1));
        Add(one, "A");
        Add(two, "Bb");
        two.Break(new ApiException("The connection ended."));
        Add(one, "a");
        Over(one);

        Assert.Equal(["Aa"], Rest());
        Assert.Equal(["The answer to input 1 was cut off after 2 characters and is omitted: The connection ended."], _told);
    }

    [Fact]
    public void An_answer_whose_stream_broke_is_left_out_even_if_the_others_are_empty()
    {
        var one = OneOfSeveral(3);
        Add(one, "A");
        one.Break(new ApiException("Gone."));

        Assert.Empty(Rest());
        Assert.Single(_told);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_single_broken_answer_is_its_partial_text_and_is_reported(bool isOneOfSeveral)
    {
        var one = isOneOfSeveral ? OneOfSeveral(0) : Request();
        one.Break(new ApiException("The connection ended.")); // its chunks were kept, and are joined later
        Add(one, "A");
        Add(one, "a");

        Assert.Equal(["Aa"], Rest());
        Assert.EndsWith("was cut off after 2 characters: The connection ended.", Assert.Single(_told), StringComparison.Ordinal);
    }

    [Fact]
    public void Saved_interleaved_chunks_are_joined_by_their_request()
    {
        var (one, two, three) = (OneOfSeveral(0), OneOfSeveral(1), OneOfSeveral(2));
        Over(one);
        two.Break(new ApiException("Gone."));
        Over(three);
        foreach (string text in new[] { "1", "2", "3" })
        {
            Add(one, text);
            Add(two, text);
            Add(three, text);
        }

        Assert.Empty(_ended);
        Assert.Equal(["123", "123"], Rest());
        Assert.Single(_told);
    }

    [Fact]
    public void An_answer_that_may_be_incomplete_is_reported_unless_it_says_that_it_is_complete()
    {
        Add(null, "A");
        Assert.Equal(["A"], Rest());
        Assert.Equal(["The answer is incomplete: no chunk says that the model has finished."], _told);

        _told.Clear();
        Add(null, "A");
        Add(null, "", "stop");
        Assert.Equal(["A"], Rest());
        Assert.Empty(_told);
    }

    [Theory]
    [InlineData("stop", "", "The answer to input 1 is incomplete and is omitted: no chunk says that the model has finished.")]
    [InlineData(null, "B", "The answer to input 1 is incomplete: no chunk says that the model has finished.")]
    public void An_answer_that_may_be_incomplete_is_left_out_if_others_are_complete(string? reason, string given, string told)
    {
        Add(OneOfSeveral(0), "A", reason); // saved while they arrived: how the streams ended was not known then
        Add(OneOfSeveral(1), "B");

        Assert.Equal("A" + given, string.Concat(Rest()));
        Assert.Contains(told, _told);
    }

    [Fact]
    public void An_answer_that_its_service_ended_without_a_finish_reason_is_complete()
    {
        var one = Request();
        Add(one, "A");
        Over(one);
        Assert.Equal(["A"], Rest());
        Assert.Empty(_told);
    }

    private static StreamSource Request(StreamSource? previous = null) => new([], previous, null, 0);

    private static StreamSource OneOfSeveral(int index) => new([], null, null, index) { IsOneOfSeveral = true };

    private static void Over(StreamSource request) => request.End();

    private void Add(StreamSource? request, string text, string? reason = null)
    {
        string finish = reason is null ? "" : $",\"finish_reason\":\"{reason}\"";
        var chunk = JsonModel.FromJson<Completion>($$"""{"choices":[{"index":0,"text":"{{text}}"{{finish}}}]}""");
        chunk.SetTag(request);
        _ended.AddRange(Texts(_joiner.Add(chunk)));
    }

    private List<string> Rest() => Texts(_joiner.Finish());

    private static List<string> Texts(IReadOnlyList<JsonModel> wholes) => [.. wholes.Select(whole => ((Completion)whole).Text)];
}
