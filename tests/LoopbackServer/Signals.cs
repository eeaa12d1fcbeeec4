using System.Collections.Concurrent;

namespace OpenAIStream.Loopback;

/// <summary>Named signals that replies wait for. A signal given early is kept for the next wait.</summary>
internal sealed class Signals
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _byName = new();

    public void Release(string name) => Named(name).Release();

    public Task WaitAsync(string name, CancellationToken stop) => Named(name).WaitAsync(stop);

    public void Clear() => _byName.Clear();

    private SemaphoreSlim Named(string name) => _byName.GetOrAdd(name, _ => new SemaphoreSlim(0));
}
