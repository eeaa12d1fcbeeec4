using System.Text;
using OpenAIStream.Tests.Sse;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Models;

/// <summary>Files of JSON lines, in whatever pieces they arrive.</summary>
public class JsonLinesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(200_000)]
    public async Task Lines_are_the_same_in_pieces_of_any_size(int pieceSize)
    {
        string[] expected = ["{\"a\":1}", "{\"b\":\"" + new string('x', 100_000) + "\"}\r", "{\"c\":3}"];
        using var lines = new JsonLines(new PieceStream(Encoding.UTF8.GetBytes($"{expected[0]}\n\n \t\r\n{expected[1]}\n{expected[2]}"), Enumerable.Repeat(pieceSize, 300_000)));
        var read = new List<string>();
        while (await lines.MoveNextAsync(TestStop))
        {
            read.Add(Encoding.UTF8.GetString(lines.Line.Array!, lines.Line.Offset, lines.Line.Count));
        }

        Assert.Equal(expected, read);
    }

    [Fact]
    public async Task A_line_without_an_end_is_an_error_before_it_fills_the_memory()
    {
        using var lines = new JsonLines(new PieceStream(new byte[1024 * 1024], Enumerable.Repeat(1000, 2000)), longestLine: 200_000);
        var error = await Assert.ThrowsAsync<ResponseTooLargeException>(() => lines.MoveNextAsync(TestStop));
        Assert.Equal(200_000, error.Limit);
    }
}
