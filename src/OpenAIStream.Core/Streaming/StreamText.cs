using System.Text;

namespace OpenAIStream;

/// <summary>The text of a stream so far. Small pieces are put together; a large one is kept without copying it.</summary>
internal sealed class StreamText
{
    private const int LargePiece = 16 * 1024;

    private readonly StringBuilder _end = new(); // after the large pieces
    private readonly List<string> _start = [];
    private int _startLength;

    public int Length => _startLength + _end.Length;

    public void Append(string piece)
    {
        if (piece.Length < LargePiece)
        {
            _end.Append(piece);
            return;
        }

        if (_end.Length > 0)
        {
            _start.Add(_end.ToString());
            _startLength += _end.Length;
            _end.Clear();
        }

        _start.Add(piece);
        _startLength += piece.Length;
    }

    public override string ToString() => _start.Count == 0 ? _end.ToString() : string.Concat(_start.Append(_end.ToString()));
}
