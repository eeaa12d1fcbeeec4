namespace OpenAIStream;

/// <summary>The differences between the builds, here for .NET Standard 2.0. The same names exist for .NET.</summary>
internal static class Compat
{
    public static Task<Stream> ReadBodyAsync(this HttpContent content, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        return content.ReadAsStreamAsync();
    }

    /// <summary>.NET Framework's response streams do not react to a canceled read (dotnet/corefx#34325): aborting the request ends it.</summary>
    public static CancellationTokenRegistration CloseOnStop(HttpResponseMessage message, CancellationToken stop) => stop.Register(
        static state =>
        {
            var response = (HttpResponseMessage)state!;
            HttpHandler.Abort(response);
            response.Dispose();
        },
        message);

    /// <summary>
    /// Closes the connection of a body that is not at its end. In .NET Framework that is the request's to do. In .NET,
    /// disposing the body would read on for up to two seconds, and HttpClientHandler has no setting for that; but a read
    /// that is canceled while it waits closes its connection.
    /// </summary>
    public static void BreakOff(HttpResponseMessage message, Stream body)
    {
        HttpHandler.Abort(message);
        const int MostSkipped = 1024 * 1024;
        using var stop = new CancellationTokenSource();
        byte[] rest = new byte[64 * 1024];
        try
        {
            int skipped = 0;
            while (skipped < MostSkipped)
            {
                var read = body.ReadAsync(rest, 0, rest.Length, stop.Token);
                if (!read.IsCompleted)
                {
                    stop.Cancel();
                    read.ContinueWith(static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
                    return;
                }

                if (read.Exception is not null || read.IsCanceled || read.Result == 0)
                {
                    return; // reading the exception is enough to mark it as observed
                }

                skipped += read.Result;
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException or NotSupportedException or InvalidDataException)
        {
            // The read of another thread has closed it in the meantime.
        }
    }

    /// <summary>The size of a file; null for a link, which cannot be followed here. .NET Framework does not open devices.</summary>
    public static long? LengthOf(string path) => new FileInfo(path) is { } file && (file.Attributes & FileAttributes.ReparsePoint) == 0 ? file.Length : null;

    /// <summary>When an open file was last written, in UTC; here for the file that has its name now.</summary>
    public static DateTime LastWriteTimeOf(FileStream file) => File.GetLastWriteTimeUtc(file.Name);

    /// <summary>HTTP/2 is not supported here.</summary>
    public static bool IsStreamReset(Exception exception) => false;

    /// <summary>The task, or the cancellation, whichever comes first; the task then continues on its own.</summary>
    public static async Task<T> OrStopped<T>(this Task<T> task, CancellationToken stop)
    {
        var stopped = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (stop.Register(() => stopped.TrySetCanceled(stop)))
        {
            var first = await Task.WhenAny(task, stopped.Task).ConfigureAwait(false);
            if (first != task)
            {
                _ = task.ContinueWith(static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            }

            return await first.ConfigureAwait(false);
        }
    }

    /// <summary>Memory that is written before it is read.</summary>
    public static byte[] NewBytes(int count) => new byte[count];

    public static Stream Brotli(Stream body) =>
        throw new ResponseFormatException("The response is compressed with Brotli, which .NET Framework cannot read.");
}

/// <summary>The shared source of random numbers.</summary>
internal static class Randomness
{
    private static readonly Random Source = new();

    public static double NextDouble()
    {
        lock (Source)
        {
            return Source.NextDouble();
        }
    }
}
