using System.Globalization;

namespace OpenAIStream;

/// <summary>A number that neither a long nor a double holds to the last digit: kept as it was written.</summary>
internal sealed class JsonNumber(string text)
{
    public string Text { get; } = text;

    public double ToDouble() => double.Parse(Text, CultureInfo.InvariantCulture);
}
