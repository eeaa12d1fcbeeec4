using System.Globalization;
using System.Text.RegularExpressions;

namespace OpenAIStream;

/// <summary>Durations as services write them in headers: <c>12ms</c>, <c>1m30.5s</c>, <c>6m0s</c>, or plain seconds.</summary>
internal static class GoDuration
{
    private static readonly Regex Part = new(@"\G(?<number>[0-9]+(?:\.[0-9]+)?)(?<unit>h|ms|m|s|us|µs|μs|ns)", RegexOptions.CultureInvariant);

    /// <summary>The duration; null if the text is not one.</summary>
    public static TimeSpan? Read(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double plain))
        {
            return Span(plain);
        }

        double seconds = 0;
        int at = 0;
        while (at < text!.Length)
        {
            var part = Part.Match(text, at);
            if (!part.Success)
            {
                return null;
            }

            seconds += double.Parse(part.Groups["number"].Value, CultureInfo.InvariantCulture) * Seconds(part.Groups["unit"].Value);
            at += part.Length;
        }

        return Span(seconds);
    }

    private static double Seconds(string unit) => unit switch
    {
        "h" => 3600,
        "m" => 60,
        "s" => 1,
        "ms" => 1e-3,
        "ns" => 1e-9,
        _ => 1e-6,
    };

    private static TimeSpan? Span(double seconds) => seconds < TimeSpan.FromDays(365).TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
}
