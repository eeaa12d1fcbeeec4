namespace OpenAIStream;

/// <summary>The ids of what a connection's cmdlets have met, the latest first, each with a word about it: for whoever presses Tab.</summary>
internal sealed class RecentIds
{
    private const int Most = 50;
    private const int LongestWord = 60;

    private readonly object _gate = new();
    private readonly LinkedList<(string Id, string About)> _known = new();

    /// <summary>The ids that are known.</summary>
    public (string Id, string About)[] All
    {
        get
        {
            lock (_gate)
            {
                return [.. _known];
            }
        }
    }

    /// <param name="id">The id; null is not noted.</param>
    /// <param name="about">What it is about; null keeps what was said before.</param>
    public void Note(string? id, string? about = null)
    {
        if (string.IsNullOrEmpty(id))
        {
            return;
        }

        lock (_gate)
        {
            var before = _known.FirstOrDefault(known => known.Id == id);
            _known.Remove(before);
            _known.AddFirst((id!, about is null ? before.About ?? "" : Excerpt.OneLine(about, LongestWord)));
            if (_known.Count > Most)
            {
                _known.RemoveLast();
            }
        }
    }

    /// <summary>What was deleted is not offered any more.</summary>
    public void Forget(string id)
    {
        lock (_gate)
        {
            _known.Remove(_known.FirstOrDefault(known => known.Id == id));
        }
    }
}
