using System.Security.Cryptography;
using System.Text;

namespace OpenAIStream;

/// <summary>
/// Identifies a request by a hash of what would be sent. Fields are ordered by name, because a hashtable lists them in
/// another order in each process.
/// </summary>
internal static class RequestHash
{
    /// <summary>The hash, as 64 hexadecimal digits.</summary>
    public static string Of(StreamingRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(request.GetType().Name + Sorted(request).ToJson()));
        foreach (byte[] file in Files(request))
        {
            hash.AppendData(file);
        }

        return string.Concat(hash.GetHashAndReset().Select(static one => one.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
    }

    private static IEnumerable<byte[]> Files(StreamingRequest request) => request switch
    {
        TranscriptionRequest { Audio: byte[] audio } => [audio],
        ImageRequest images => [.. images.Images.Concat([images.Mask, images.Markup]).OfType<ImageFile>().Select(static file => file.Content)],
        _ => [],
    };

    private static JsonMap Sorted(JsonModel model)
    {
        var sorted = new JsonMap();
        foreach (string name in model.GetFieldNames().OrderBy(static name => name, StringComparer.Ordinal))
        {
            sorted[name] = Sorted(model[name]);
        }

        return sorted;
    }

    private static object? Sorted(object? value) => value switch
    {
        JsonModel model => Sorted(model),
        Array list => list.Cast<object?>().Select(Sorted).ToArray(),
        _ => value,
    };
}
