using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// Finds a connection by its name, or by its serialized form: that contains no key, so a job or another session finds its
/// own connection of that name, if it has the same address.
/// </summary>
public sealed class ConnectionConverter : PSTypeConverter
{
    /// <inheritdoc/>
    public override bool CanConvertFrom(object sourceValue, Type destinationType) => sourceValue is string or PSObject { BaseObject: string } || IsSerialized(sourceValue);

    /// <inheritdoc/>
    public override object ConvertFrom(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase)
    {
        try
        {
            return Find(sourceValue)!;
        }
        catch (ItemNotFoundException exception)
        {
            throw new PSInvalidCastException(exception.Message, exception);
        }
    }

    /// <inheritdoc/>
    public override bool CanConvertTo(object sourceValue, Type destinationType) => false;

    /// <inheritdoc/>
    public override object ConvertTo(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase) =>
        throw new NotSupportedException();

    /// <summary>The connection that a name or a serialized connection refers to; null for any other value.</summary>
    /// <exception cref="ItemNotFoundException">There is none here.</exception>
    internal static OpenAIConnection? Find(object? value) => value switch
    {
        string name => Connections.Find(name)?.HandOut() ?? throw Errors.ConnectionNotFound(name).Exception,
        PSObject { BaseObject: string name } => Find(name),
        PSObject bag when IsSerialized(bag) => Same(bag),
        _ => null,
    };

    private static bool IsSerialized(object value) =>
        value is PSObject bag && bag.TypeNames.Contains("Deserialized." + typeof(OpenAIConnection).FullName);

    private static OpenAIConnection? Same(PSObject bag)
    {
        var found = Find(bag.Properties[nameof(OpenAIConnection.Name)]?.Value);
        string? address = bag.Properties[nameof(OpenAIConnection.BaseUri)]?.Value?.ToString();
        return found is null || found.BaseUri.ToString() == address ? found : throw Errors.ConnectionDiffers(found, address).Exception;
    }
}
