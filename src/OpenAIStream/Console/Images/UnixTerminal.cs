using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OpenAIStream;

/// <summary>
/// The input settings of a Unix terminal. By default, it echoes input and waits for the end of the line. .NET changes that only
/// while it reads itself.
/// </summary>
internal sealed class UnixTerminal : IDisposable
{
    private const int SettingsSize = 256; // more than any system's termios
    private const int AtOnce = 0;         // TCSANOW
    private const short Readable = 1;     // POLLIN
    private const uint Echo = 8;          // ECHO

    // The offset of the local flags in termios, and the flag for line input (ICANON), on macOS and Linux.
    private static readonly (int Offset, uint Lines) Layout = RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? (24, 0x100u) : (12, 2u);

    private readonly SafeFileHandle _terminal;
    private readonly byte[] _before;

    private UnixTerminal(SafeFileHandle terminal, byte[] before) => (_terminal, _before) = (terminal, before);

    /// <summary>Turns off echo and line input until this object is disposed; null if it is not a terminal, or of an unknown kind.</summary>
    public static UnixTerminal? BeQuiet(SafeFileHandle terminal)
    {
        byte[] before = new byte[SettingsSize];
        bool isKnown = RuntimeInformation.IsOSPlatform(OSPlatform.Linux) || RuntimeInformation.IsOSPlatform(OSPlatform.OSX);
        if (!isKnown || GetSettings(terminal, before) != 0)
        {
            return null;
        }

        byte[] settings = (byte[])before.Clone();
        var flags = settings.AsSpan(Layout.Offset);
        BinaryPrimitives.WriteUInt32LittleEndian(flags, BinaryPrimitives.ReadUInt32LittleEndian(flags) & ~(Echo | Layout.Lines));
        return SetSettings(terminal, AtOnce, settings) == 0 ? new UnixTerminal(terminal, before) : null;
    }

    /// <summary>Waits for input.</summary>
    public static bool HasInput(SafeFileHandle terminal, TimeSpan wait)
    {
        var asked = new Poll { Handle = (int)terminal.DangerousGetHandle(), Events = Readable };
        return Wait(ref asked, (UIntPtr)1, (int)wait.TotalMilliseconds) == 1 && (asked.Returned & Readable) != 0;
    }

    public void Dispose() => _ = SetSettings(_terminal, AtOnce, _before);

    [DllImport("libc", EntryPoint = "tcgetattr")]
    private static extern int GetSettings(SafeFileHandle terminal, byte[] settings);

    [DllImport("libc", EntryPoint = "tcsetattr")]
    private static extern int SetSettings(SafeFileHandle terminal, int when, byte[] settings);

    [DllImport("libc", EntryPoint = "poll")]
    private static extern int Wait(ref Poll asked, UIntPtr count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct Poll
    {
        public int Handle;
        public short Events;
        public short Returned;
    }
}
