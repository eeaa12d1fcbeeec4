using System.Text;

namespace OpenAIStream;

/// <summary>The text of a heading, without the # that may close it: <c>## Title ##</c>.</summary>
internal sealed class HeadingText(InlineReader inline)
{
    private static readonly char[] Held = [' ', '\t', '#'];

    private readonly StringBuilder _held = new(); // spaces and # characters that may be the end
    private bool _hasText;

    public void Add(string text, int at, int end)
    {
        while (at < end)
        {
            if (text[at] is ' ' or '\t' || (text[at] == '#' && (_held.Length > 0 || !_hasText)))
            {
                _held.Append(text[at++]);
                continue;
            }

            Release(_held.ToString());
            int next = text.IndexOfAny(Held, at + 1, end - at - 1);
            next = next < 0 ? end : next;
            inline.Add(text, at, next);
            _hasText = true;
            at = next;
        }
    }

    public void EndLine()
    {
        string held = _held.ToString().TrimEnd(' ', '\t');
        string rest = held.TrimEnd('#');
        Release(rest.Length == 0 || rest[rest.Length - 1] is ' ' or '\t' ? rest.TrimEnd(' ', '\t') : held);
        _hasText = false;
    }

    private void Release(string text)
    {
        inline.Add(text, 0, text.Length);
        _held.Clear();
    }
}
