using System.Text;

namespace OpenAIStream;

/// <summary>The open quotes and items, and the prefix that they add to a line.</summary>
internal sealed class ContainerStack(MarkdownStyle style)
{
    private const string Bar = "│";

    private static readonly string[] Bullets = ["•", "◦"];

    private readonly List<Container> _containers = [];
    private int _marked; // the number of containers whose markers have been written

    public IReadOnlyList<Container> All => _containers;

    /// <summary>Keeps the first ones, closes the rest, and opens others.</summary>
    public void Change(int kept, IReadOnlyList<Container> added)
    {
        _containers.RemoveRange(kept, _containers.Count - kept);
        _marked = Math.Min(_marked, kept);
        _containers.AddRange(added);
    }

    /// <summary>The prefix of a line: the markers of what begins there.</summary>
    public LineMargin First(int width)
    {
        var margin = Margin(_marked, width);
        _marked = _containers.Count;
        return margin;
    }

    /// <summary>The prefix of a line that continues another one.</summary>
    public LineMargin Next(int width) => Margin(_containers.Count, width);

    /// <summary>The prefix of an empty line between the previous line and the next one: the bars of quotes that continue.</summary>
    public LineMargin Between(int width)
    {
        var text = new StringBuilder();
        for (int i = 0; i < _marked; i++)
        {
            text.Append(_containers[i].IsQuote ? Bar + " " : new string(' ', Cells(_containers[i], 0)));
        }

        string bars = text.ToString().TrimEnd();
        return bars.Length > width / 2 && width > 0 ? LineMargin.None : new(Styled(bars), bars.Length);
    }

    private LineMargin Margin(int marked, int width)
    {
        var margin = LineMargin.None;
        int bullets = 0;
        for (int i = 0; i < _containers.Count; i++)
        {
            var container = _containers[i];
            var own = container.IsQuote ? new LineMargin(Styled(Bar) + " ", 2) : OfItem(container, bullets, isMarked: i < marked);
            bullets += container.Mark.Length == 1 ? 1 : 0;
            bool hasRoom = width == 0 || margin.Cells + own.Cells <= width / 2;
            margin = hasRoom ? margin.Then(own) : i < marked ? margin : own; // without room, there is no indentation
        }

        return margin;
    }

    private static LineMargin OfItem(Container item, int bullets, bool isMarked)
    {
        string text = Text(item, bullets);
        return new(isMarked ? new string(' ', text.Length) : text, text.Length);
    }

    private static int Cells(Container item, int bullets) => Text(item, bullets).Length;

    private static string Text(Container item, int bullets)
    {
        string mark = item.Mark.Length > 1 ? item.Mark + " " : item.Box.Length > 0 ? "" : Bullets[bullets % Bullets.Length] + " ";
        return mark + (item.Box.Length > 0 ? item.Box + " " : "");
    }

    private string Styled(string bars) => bars.Length == 0 || !style.HasColor ? bars : style.Dim + bars + style.Reset;
}
