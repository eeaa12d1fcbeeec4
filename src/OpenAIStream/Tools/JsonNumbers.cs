using System.Globalization;
using System.Numerics;

namespace OpenAIStream;

/// <summary>Converts numbers, digit by digit as JSON wrote them, to the types that can hold them.</summary>
internal static class JsonNumbers
{
    // Nobody knows all digits of a longer number, and converting it takes time.
    private const int MaxDigits = 1000;

    private const int LongestShown = 40;

    // More digits than a double certainly keeps.
    private const int DoubleDigits = 15;

    /// <summary>The number in the type that PowerShell would have used, or in a wider one that keeps its digits.</summary>
    /// <exception cref="ToolArgumentException">No type can hold it.</exception>
    public static object Natural(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
        {
            return whole is >= int.MinValue and <= int.MaxValue ? (int)whole : whole;
        }

        if (text.All(static c => c is '-' or (>= '0' and <= '9')) && text.Length <= MaxDigits)
        {
            return BigInteger.Parse(text, CultureInfo.InvariantCulture);
        }

        double number = ToDouble(text);
        if (double.IsInfinity(number))
        {
            throw new ToolArgumentException($"The number {Shown(text)} is too large.");
        }

        return text.Count(char.IsDigit) > DoubleDigits && IsExact(text, out decimal exact) && number.ToString("R", CultureInfo.InvariantCulture) != text ? exact : number;
    }

    /// <summary>The number as an integer; null if it has a fraction or is too large for the type.</summary>
    public static object? Whole(string text, Type type)
    {
        if (!TryWhole(text, out var number))
        {
            return null;
        }

        if (type == typeof(BigInteger))
        {
            return number;
        }

        try
        {
            return Convert.ChangeType(number < 0 ? (object)(long)number : (ulong)number, type, CultureInfo.InvariantCulture);
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    /// <summary>The number in a type with a fraction; null if it is too large for the type.</summary>
    public static object? Broken(string text, Type type) =>
        type == typeof(decimal) ? decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal exact) ? exact : null
        : ToDouble(text) is double number && !double.IsInfinity(number) && !(type == typeof(float) && float.IsInfinity((float)number)) ? (type == typeof(float) ? (float)number : number)
        : null;

    /// <summary>The number in a message, shortened.</summary>
    public static string Shown(string text) => Excerpt.OneLine(text, LongestShown);

    private static bool TryWhole(string text, out BigInteger number)
    {
        number = default;
        int exponentAt = text.IndexOfAny(['e', 'E']);
        int exponent = 0;
        if (exponentAt >= 0 && (!int.TryParse(text.Substring(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent) || Math.Abs((long)exponent) > MaxDigits))
        {
            return false;
        }

        string digits = exponentAt >= 0 ? text.Substring(0, exponentAt) : text;
        int point = digits.IndexOf('.');
        if (point >= 0)
        {
            exponent -= digits.Length - point - 1;
            digits = digits.Remove(point, 1);
        }

        if (digits.Length > MaxDigits)
        {
            return false;
        }

        number = BigInteger.Parse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (exponent >= 0)
        {
            number *= BigInteger.Pow(10, exponent);
            return true;
        }

        number = BigInteger.DivRem(number, BigInteger.Pow(10, -exponent), out var fraction);
        return fraction.IsZero;
    }

    // .NET Framework reports a number that is too large as an error.
    private static double ToDouble(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number
        : text[0] == '-' ? double.NegativeInfinity
        : double.PositiveInfinity;

    /// <summary>Whether a decimal can hold all digits.</summary>
    private static bool IsExact(string text, out decimal number) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number)
            && number.ToString(CultureInfo.InvariantCulture) == text;
}
