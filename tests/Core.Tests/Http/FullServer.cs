using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace OpenAIStream.Tests.Http;

/// <summary>A listener whose queue is full and never emptied: a client waits forever to connect.</summary>
internal sealed class FullServer : IDisposable
{
    private const int MostFillers = 64;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _fillers = [];

    public FullServer()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(0);
        var endPoint = _listener.LocalEndPoint!;
        Address = new Uri($"http://{endPoint}/");
        while (_fillers.Count < MostFillers)
        {
            var filler = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _fillers.Add(filler);
            var connecting = filler.ConnectAsync(endPoint);
            if (!connecting.Wait(50))
            {
                _ = connecting.ContinueWith(static ended => ended.Exception, TaskScheduler.Default); // when it is disposed
                return;
            }
        }

        Assert.Skip("This system's listeners take connections beyond their backlog.");
    }

    public Uri Address { get; }

    /// <summary>How many sockets are connecting, if the system shows it (Linux: state 02, SYN_SENT); the filler counts as one.</summary>
    public int? Knocking()
    {
        const string Table = "/proc/net/tcp";
        if (!File.Exists(Table))
        {
            return null;
        }

        string port = ":" + Address.Port.ToString("X4", CultureInfo.InvariantCulture);
        return File.ReadLines(Table).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Count(fields => fields.Length > 3 && fields[2].EndsWith(port, StringComparison.Ordinal) && fields[3] == "02");
    }

    public void Dispose()
    {
        _fillers.ForEach(filler => filler.Dispose());
        _listener.Dispose();
    }
}
