namespace OpenAIStream;

/// <summary>The ids that have occurred in the cmdlets of a connection, the latest first, each with a description, for tab completion.</summary>
internal sealed class RecentIds
{
    private const int Most = 50;
    private const int LongestWord = 60;

    private readonly object _gate = new();
    private readonly LinkedList<(string Id, string About)> _known = new();

    /// <summary>The known ids.</summary>
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

    /// <param name="id">The id; null is ignored.</param>
    /// <param name="about">The description; null keeps the earlier one.</param>
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

    /// <summary>Deleted objects are no longer offered.</summary>
    public void Forget(string id)
    {
        lock (_gate)
        {
            _known.Remove(_known.FirstOrDefault(known => known.Id == id));
        }
    }
}
