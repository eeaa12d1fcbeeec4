using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Creates the options of a request from a hashtable, a custom object or a JSON object.</summary>
public sealed class OptionsConverter : PSTypeConverter
{
    /// <inheritdoc/>
    public override bool CanConvertFrom(object sourceValue, Type destinationType) => true; // its errors say what it cannot convert

    /// <inheritdoc/>
    public override object ConvertFrom(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase)
    {
        try
        {
            return OptionReader.Read(destinationType, sourceValue);
        }
        catch (ArgumentException exception)
        {
            throw new PSInvalidCastException(exception.Message, exception);
        }
    }

    /// <inheritdoc/>
    public override bool CanConvertTo(object sourceValue, Type destinationType) => false;

    /// <inheritdoc/>
    public override object ConvertTo(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase) =>
        throw new NotSupportedException();
}
