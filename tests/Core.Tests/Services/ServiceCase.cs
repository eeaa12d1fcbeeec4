using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using OpenAIStream.Loopback;
using Xunit;

namespace OpenAIStream.Tests.Services;

/// <summary>A service's answers, by the name of the API.</summary>
/// <param name="Name">What is unusual about it.</param>
/// <param name="Ask">chat, response, completion, transcription, image, speech or resume; with -whole at its end nothing is streamed.</param>
/// <param name="Tools">Whether the model may call tools, which are run.</param>
/// <param name="Replies">The answers to the first, the second and further requests; the last is repeated.</param>
internal sealed record ServiceCase(string Name, string Ask, bool Tools, IReadOnlyList<Reply> Replies)
{
    // Used instead of a name: xunit counts a theory without data as failed, even if it says that it skips it.
    private const string Missing = "none: the inputs of services are not here (../shared/cases)";

    private static readonly string File = Path.GetFullPath(Path.Combine(SourceFolder(), "../../../../shared/cases/services.json"));

    private static readonly Lazy<IReadOnlyDictionary<string, ServiceCase>> All = new(Load);

    /// <summary>The names of the collected cases; one that skips its test if there are none.</summary>
    public static IEnumerable<string> Names => System.IO.File.Exists(File) ? All.Value.Keys : [Missing];

    /// <summary>A collected case. Skips the test if there are none.</summary>
    public static ServiceCase Find(string name)
    {
        Assert.SkipWhen(name == Missing, Missing);
        return All.Value[name];
    }

    private static Dictionary<string, ServiceCase> Load()
    {
        using var all = JsonDocument.Parse(System.IO.File.ReadAllText(File));
        return all.RootElement.EnumerateArray().Select(Read).ToDictionary(one => one.Name, StringComparer.Ordinal);
    }

    private static ServiceCase Read(JsonElement one) => new(
        one.GetProperty("name").GetString()!,
        one.GetProperty("ask").GetString()!,
        one.GetProperty("tools").GetBoolean(),
        [.. one.GetProperty("replies").EnumerateArray().Select(ReadReply)]);

    private static Reply ReadReply(JsonElement one)
    {
        string[] pieces = [.. one.GetProperty("body").EnumerateArray().Select(static piece => piece.GetString()!)];
        var reply = new Reply().Status(int.Parse(one.GetProperty("status").GetString()!.Split(' ')[0], CultureInfo.InvariantCulture));
        reply = one.GetProperty("headers").EnumerateObject().Aggregate(reply, static (sum, header) => sum.Header(header.Name, header.Value.GetString()!));
        return Framed(reply, one.GetProperty("framing").GetString()!, pieces);
    }

    /// <summary>A body in pieces, framed as in a collected case.</summary>
    internal static Reply Framed(Reply reply, string framing, params string[] pieces)
    {
        reply = framing switch
        {
            "length" => reply.ContentLength(pieces.Sum(Encoding.UTF8.GetByteCount)),
            "close" => reply.Header("Transfer-Encoding", "identity").GoAway(), // without a length, and closed after it
            _ => reply,
        };
        reply = pieces.Aggregate(reply, static (sum, piece) => sum.Send(piece));
        return framing switch
        {
            "cut" => reply.Cut(),
            "reset" => reply.WaitFor(ServiceRun.Seen).Reset(), // a reset discards unread data
            _ => reply,
        };
    }

    private static string SourceFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
