using System.Globalization;

namespace OpenAIStream;

/// <summary>A number that a long or a double would not give back as it was written: kept as text.</summary>
internal sealed class JsonNumber(string text)
{
    public string Text { get; } = text;

    /// <summary>The nearest double; one that is too large for it is infinite, which .NET Framework calls an error.</summary>
    public double ToDouble() => double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number
        : Text[0] == '-' ? double.NegativeInfinity
        : double.PositiveInfinity;
}
