using System.Text;

namespace OpenAIStream;

/// <summary>The target of a link: <c>(address "title")</c>.</summary>
internal sealed class TargetCapture() : InlineCapture("(")
{
    private const int Longest = 2048;
    private const int DeepestNesting = 32;

    private readonly StringBuilder _address = new();
    private Part _part = Part.Before;
    private bool _isEscaped;
    private int _depth;
    private char _quote;

    private enum Part
    {
        Before,
        Angle,
        Address,
        BehindAddress,
        Blank,
        Title,
        BehindTitle,
    }

    /// <summary>The address, with its escapes and entities decoded.</summary>
    public string Address => InlineEntities.Decode(_address.ToString());

    public override CaptureStep Add(char character)
    {
        if (Held.Length > Longest)
        {
            return CaptureStep.Failed;
        }

        if (_isEscaped)
        {
            _isEscaped = false;
            if (_part is Part.Angle or Part.Address)
            {
                _address.Append(CharacterKind.IsAsciiPunctuation(character) ? "" : "\\").Append(character);
            }

            return Keep(character);
        }

        if (character == '\\' && _part is not (Part.BehindAddress or Part.Blank or Part.BehindTitle))
        {
            _part = _part == Part.Before ? Part.Address : _part;
            _isEscaped = true;
            return Keep(character);
        }

        return Next(character) switch
        {
            CaptureStep.More => Keep(character),
            CaptureStep.Done => Keep(character, CaptureStep.Done),
            _ => CaptureStep.Failed,
        };
    }

    private CaptureStep Next(char character)
    {
        bool isBlank = character is ' ' or '\t';
        switch (_part)
        {
            case Part.Before when isBlank:
                return CaptureStep.More;
            case Part.Before when character == '<':
                _part = Part.Angle;
                return CaptureStep.More;
            case Part.Before or Part.Address:
                return OfAddress(character, isBlank);
            case Part.Angle when character == '>':
                _part = Part.BehindAddress;
                return CaptureStep.More;
            case Part.Angle:
                _address.Append(character);
                return character == '<' ? CaptureStep.Failed : CaptureStep.More;
            case Part.Title:
                _part = character == _quote ? Part.BehindTitle : Part.Title;
                return CaptureStep.More;
            default:
                return Behind(character, isBlank);
        }
    }

    private CaptureStep OfAddress(char character, bool isBlank)
    {
        if (isBlank)
        {
            _part = Part.Blank;
            return CaptureStep.More;
        }

        if (character == ')' && _depth-- == 0)
        {
            return CaptureStep.Done;
        }

        if (character == '(' && ++_depth > DeepestNesting)
        {
            return CaptureStep.Failed;
        }

        _part = Part.Address;
        _address.Append(character);
        return CaptureStep.More;
    }

    private CaptureStep Behind(char character, bool isBlank)
    {
        if (character == ')')
        {
            return _depth == 0 ? CaptureStep.Done : CaptureStep.Failed;
        }

        if (isBlank)
        {
            _part = _part == Part.BehindAddress ? Part.Blank : _part;
            return CaptureStep.More;
        }

        if (_part != Part.Blank || character is not ('"' or '\'' or '('))
        {
            return CaptureStep.Failed;
        }

        _part = Part.Title;
        _quote = character == '(' ? ')' : character;
        return CaptureStep.More;
    }
}
