using System.Diagnostics;
using System.Text;
using OpenAIStream.Tests.Http;
using Xunit;

namespace OpenAIStream.Tests.Recordings;

/// <summary>A file in a recording's place is checked by its size before it is opened.</summary>
public sealed class RecordingFileTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    public static TheoryData<string> Kinds => ["link to /dev/zero", "link to a link to /dev/zero", "pipe", "link to a pipe", "link to /dev/full", "empty"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_device_or_a_pipe_is_refused_without_reading_it(string kind)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && kind != "empty", "Windows has no such files.");
#if NETSTANDARD_BUILD
        Assert.SkipWhen(kind == "link to a pipe", "This build is for Windows, which has no such files; it follows no links before it opens them.");
#endif
        using var folder = new TestFolder();
        string path = Path.Combine(folder.Path, "0001-x" + Recording.FileExtension);
        Make(kind, path);
        foreach (string place in new[] { folder.Path, path })
        {
            var error = await Assert.ThrowsAsync<ApiConfigurationException>(() => Task.Run(() => new ReplayHandler(place), Setup.TestStop).WaitAsync(Soon, Setup.TestStop));
            Assert.Contains("is empty or not a regular file. Devices and pipes are not read", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(10L * 1024 * 1024 * 1024)]
    [InlineData((256L * 1024 * 1024) + 1)]
    public void A_huge_file_is_refused_without_reading_it(long size)
    {
        using var folder = new TestFolder();
        string path = Path.Combine(folder.Path, "0001-x" + Recording.FileExtension);
        using (var file = new FileStream(path, FileMode.CreateNew))
        {
            file.SetLength(size); // it has holes instead of content
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<ApiConfigurationException>(() => new ReplayHandler(folder.Path));
        Assert.Contains(FormattableString.Invariant($"{size:N0} bytes; the limit is 268,435,456"), error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
    }

    [Fact]
    public void A_link_to_a_recording_is_read()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets administrators make links.");
        using var folder = new TestFolder();
        using var other = new TestFolder();
        other.Add(TestFolder.Ask, TestFolder.Answer, TestFolder.Stop);
        File.CreateSymbolicLink(Path.Combine(folder.Path, "0001-x" + Recording.FileExtension), other.Files[0]);
        Assert.Equal("/v1/completions", folder.Only.Path);
        Assert.Equal("hi", Encoding.UTF8.GetString(folder.Only.RequestBody.Span).Split('"')[3]);
    }

    [Fact]
    public void A_recording_that_is_replaced_keeps_its_mode()
    {
#if NETSTANDARD_BUILD
        Assert.Skip("This build is for Windows.");
#else
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no modes.");
            return;
        }

        const UnixFileMode Shared = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        using var folder = new TestFolder();
        folder.Add(TestFolder.Ask, TestFolder.Answer, TestFolder.Stop);
        File.SetUnixFileMode(folder.Files[0], Shared);
        folder.Only.Save(folder.Files[0]);
        Assert.Equal(Shared, File.GetUnixFileMode(Assert.Single(folder.Files)));
#endif
    }

    private static void Make(string kind, string path)
    {
        string pipe = path + ".pipe";
        switch (kind)
        {
            case "empty":
                File.WriteAllText(path, "");
                break;
            case "pipe":
                MakePipe(path);
                break;
            case "link to a pipe":
                MakePipe(pipe);
                File.CreateSymbolicLink(path, pipe);
                break;
            case "link to a link to /dev/zero":
                File.CreateSymbolicLink(path + ".link", "/dev/zero");
                File.CreateSymbolicLink(path, path + ".link");
                break;
            default:
                File.CreateSymbolicLink(path, kind.Split(' ')[^1]);
                break;
        }
    }

    private static void MakePipe(string path)
    {
        using var made = Process.Start("mkfifo", path);
        made.WaitForExit();
        Assert.Equal(0, made.ExitCode);
    }
}
