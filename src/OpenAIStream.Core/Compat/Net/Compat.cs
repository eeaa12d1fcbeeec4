using System.IO.Compression;

namespace OpenAIStream;

/// <summary>The differences between the builds, here for .NET. The same names exist for .NET Standard 2.0.</summary>
internal static class Compat
{
    public static Task<Stream> ReadBodyAsync(this HttpContent content, CancellationToken stop) => content.ReadAsStreamAsync(stop);

    /// <summary>Memory that is written before it is read, so it is not cleared.</summary>
    public static byte[] NewBytes(int count) => GC.AllocateUninitializedArray<byte>(count);

    public static Stream Brotli(Stream body) => new BrotliStream(body, CompressionMode.Decompress);

    /// <summary>Does nothing: on .NET, a canceled read closes the connection.</summary>
    public static CancellationTokenRegistration CloseOnStop(HttpResponseMessage message, CancellationToken stop) => default;

    /// <summary>Does nothing: on .NET, the handler closes a body that is disposed before its end.</summary>
    public static void BreakOff(HttpResponseMessage message, Stream body)
    {
    }

    /// <summary>Whether the server ended an HTTP/2 stream, or its connection, with an HTTP/2 error.</summary>
    public static bool IsStreamReset(Exception exception) => exception is HttpProtocolException || exception.InnerException is HttpProtocolException;

    /// <summary>The size of a file; for a link, the size of its target.</summary>
    public static long? LengthOf(string path) => ((FileInfo?)File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path)).Length;

    /// <summary>When an open file was last written, in UTC.</summary>
    public static DateTime LastWriteTimeOf(FileStream file) => File.GetLastWriteTimeUtc(file.SafeFileHandle);

    public static Task Delay(this TimeProvider clock, TimeSpan delay, CancellationToken stop) => Task.Delay(delay, clock, stop);

    public static CancellationTokenSource CreateCancellationTokenSource(this TimeProvider clock, TimeSpan delay) => new(delay, clock);

    /// <summary>The task, or the cancellation, whichever comes first; the task then continues on its own.</summary>
    public static Task<T> OrStopped<T>(this Task<T> task, CancellationToken stop) => task.WaitAsync(stop);
}

/// <summary>The shared source of random numbers.</summary>
internal static class Randomness
{
    public static double NextDouble() => Random.Shared.NextDouble();
}
