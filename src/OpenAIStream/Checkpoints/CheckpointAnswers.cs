namespace OpenAIStream;

/// <summary>The answers in a checkpoint: those of equal requests are in the order of their inputs. About 60 bytes each.</summary>
internal sealed class CheckpointAnswers
{
    private const int None = -1;

    private readonly CheckpointLine[] _lines; // in the order of the inputs
    private readonly int[] _next;             // the next line with the same request
    private readonly Dictionary<RequestId, int> _first = [];

    public CheckpointAnswers(IEnumerable<CheckpointLine> lines)
    {
        _lines = [.. lines.Where(static line => line.HasAnswer).OrderBy(static line => line.Index)]; // a stable order
        _next = new int[_lines.Length];
        for (int i = _lines.Length - 1; i >= 0; i--)
        {
            _next[i] = _first.TryGetValue(_lines[i].Request, out int next) ? next : None;
            _first[_lines[i].Request] = i;
        }

        Count = _lines.Length;
    }

    /// <summary>The number of answers that have not been taken.</summary>
    public int Count { get; private set; }

    /// <summary>Takes the next answer to a request; null if there is none.</summary>
    public CheckpointLine? Take(RequestId request)
    {
        if (!_first.TryGetValue(request, out int found))
        {
            return null;
        }

        if (_next[found] == None)
        {
            _first.Remove(request);
        }
        else
        {
            _first[request] = _next[found];
        }

        Count--;
        return _lines[found];
    }

    /// <summary>An answer to the input with a number; null if there is none.</summary>
    public CheckpointLine? At(int index)
    {
        int low = 0;
        int high = _lines.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _lines[middle].Index < index ? (middle + 1, high) : (low, middle);
        }

        return low < _lines.Length && _lines[low].Index == index ? _lines[low] : null;
    }
}
