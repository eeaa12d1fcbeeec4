using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OpenAIStream.Tests.Http;

/// <summary>A server that reads a request, answers with bytes that no .NET server would send, and closes the connection.</summary>
internal sealed class HostileServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, byte[]?> _answer;
    private int _requests;

    /// <param name="answer">Null for a request that is never answered; else the bytes of the answer to a request's head.</param>
    public HostileServer(Func<string, byte[]?> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = AcceptAsync();
    }

    public HostileServer(string answer) : this(_ => Encoding.Latin1.GetBytes(answer))
    {
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}/v1/");

    public int Requests => Volatile.Read(ref _requests);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                string head = await ReadAsync(stream);
                if (head.Length > 0)
                {
                    Interlocked.Increment(ref _requests);
                    if (_answer(head) is byte[] answer)
                    {
                        await stream.WriteAsync(answer);
                        client.Client.Shutdown(SocketShutdown.Send);
                    }
                    else
                    {
                        _ = await stream.ReadAsync(new byte[1]); // until the client leaves
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
            {
                // The client has seen enough.
            }
        }
    }

    /// <summary>Reads a whole request, so that closing does not reset the connection; returns its head.</summary>
    private static async Task<string> ReadAsync(NetworkStream stream)
    {
        var read = new StringBuilder();
        byte[] buffer = new byte[16 * 1024];
        while (true)
        {
            int count = await stream.ReadAsync(buffer);
            read.Append(Encoding.Latin1.GetString(buffer, 0, count));
            string text = read.ToString();
            int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (count == 0 || (end >= 0 && text.Length - end - 4 >= LengthIn(text[..end])))
            {
                return end < 0 ? text : text[..end];
            }
        }
    }

    private static int LengthIn(string head)
    {
        const string Name = "content-length:";
        string? line = head.Split("\r\n").FirstOrDefault(line => line.StartsWith(Name, StringComparison.OrdinalIgnoreCase));
        return line is null ? 0 : int.Parse(line[Name.Length..], System.Globalization.CultureInfo.InvariantCulture);
    }
}

/// <summary>Refuses all servers except one: addresses that a hostile server names are not called.</summary>
internal sealed class OnlyHandler(Uri allowed) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        request.RequestUri!.Host == allowed.Host && request.RequestUri.Port == allowed.Port
            ? base.SendAsync(request, cancellationToken)
            : throw new HttpRequestException("Another server was to be asked.");
}
