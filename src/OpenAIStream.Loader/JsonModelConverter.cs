using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Creates messages, answers, chunks and tools from text, hashtables, custom objects, and objects from a file or a job.</summary>
/// <remarks>Like the adapter, it is here because the engine looks for it before the assemblies of the module are loaded.</remarks>
public sealed class JsonModelConverter : PSTypeConverter
{
    /// <inheritdoc/>
    public override bool CanConvertFrom(object sourceValue, Type destinationType) => ModelConversion.IsPossible(sourceValue, destinationType);

    /// <inheritdoc/>
    public override object ConvertFrom(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase) =>
        AdaptedModel.Wrap(ModelConversion.Convert(sourceValue, destinationType));

    /// <inheritdoc/>
    public override bool CanConvertTo(object sourceValue, Type destinationType) => false;

    /// <inheritdoc/>
    public override object ConvertTo(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase) =>
        throw new NotSupportedException();
}
