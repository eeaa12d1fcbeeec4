using System.Globalization;

namespace OpenAIStream;

/// <summary>A number that a long or a double could not return as it was written; it is kept as text.</summary>
internal sealed class JsonNumber(string text)
{
    public string Text { get; } = text;

    /// <summary>The nearest double; a number that is too large becomes infinite, which .NET Framework reports as an error.</summary>
    public double ToDouble() => double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number
        : Text[0] == '-' ? double.NegativeInfinity
        : double.PositiveInfinity;
}
