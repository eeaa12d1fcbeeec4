namespace OpenAIStream;

/// <summary>A number, or true, false or null, that arrives character by character: what can come next, and whether it is complete.</summary>
internal sealed class PartialScalar
{
    private readonly string? _literal; // null for a number
    private int _length = 1;
    private Part _part;

    private PartialScalar(string? literal, Part part)
    {
        _literal = literal;
        _part = part;
    }

    private enum Part
    {
        None,
        Sign,
        Zero,
        Whole,
        Point,
        Fraction,
        E,
        ExponentSign,
        Exponent,
    }

    public bool IsWhole => _literal is null ? _part is Part.Zero or Part.Whole or Part.Fraction or Part.Exponent : _length == _literal.Length;

    /// <summary>Begins a value with a character; null if no value begins with it.</summary>
    public static PartialScalar? Begin(char c) => c switch
    {
        't' => new("true", Part.None),
        'f' => new("false", Part.None),
        'n' => new("null", Part.None),
        '-' => new(null, Part.Sign),
        >= '0' and <= '9' => new(null, Next(Part.Sign, c)),
        _ => null,
    };

    /// <summary>Adds a character, or refuses it.</summary>
    public bool TryAppend(char c)
    {
        if (_literal is not null)
        {
            return _length < _literal.Length && _literal[_length++] == c;
        }

        _part = Next(_part, c);
        return _part != Part.None;
    }

    private static Part Next(Part part, char c) => (part, c) switch
    {
        (Part.Sign, '0') => Part.Zero,
        (Part.Sign or Part.Whole, >= '0' and <= '9') => Part.Whole,
        (Part.Zero or Part.Whole, '.') => Part.Point,
        (Part.Point or Part.Fraction, >= '0' and <= '9') => Part.Fraction,
        (Part.Zero or Part.Whole or Part.Fraction, 'e' or 'E') => Part.E,
        (Part.E, '+' or '-') => Part.ExponentSign,
        (Part.E or Part.ExponentSign or Part.Exponent, >= '0' and <= '9') => Part.Exponent,
        _ => Part.None,
    };
}
