using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Creates a timing from its serialized form.</summary>
public sealed class TimingConverter : PSTypeConverter
{
    /// <inheritdoc/>
    public override bool CanConvertFrom(object sourceValue, Type destinationType) =>
        sourceValue is PSObject bag && bag.TypeNames.Contains("Deserialized." + typeof(StreamTiming).FullName);

    /// <inheritdoc/>
    public override object ConvertFrom(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase) => new StreamTiming(
        Value<TimeSpan>(sourceValue, nameof(StreamTiming.TimeToFirstChunk)),
        Value<TimeSpan>(sourceValue, nameof(StreamTiming.Duration)),
        Value<int>(sourceValue, nameof(StreamTiming.ChunkCount)));

    /// <inheritdoc/>
    public override bool CanConvertTo(object sourceValue, Type destinationType) => false;

    /// <inheritdoc/>
    public override object ConvertTo(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase) =>
        throw new NotSupportedException();

    private static T Value<T>(object bag, string name) => LanguagePrimitives.ConvertTo<T>(((PSObject)bag).Properties[name]?.Value);
}
