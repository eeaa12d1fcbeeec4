using System.Globalization;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>The range of an optional number: like ValidateRange, but null counts as not specified.</summary>
/// <param name="minRange">The smallest number.</param>
/// <param name="maxRange">The largest number.</param>
public sealed class OptionalRangeAttribute(double minRange, double maxRange) : ValidateArgumentsAttribute
{
    /// <summary>The smallest number.</summary>
    public double MinRange { get; } = minRange;

    /// <summary>The largest number.</summary>
    public double MaxRange { get; } = maxRange;

    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        object? value = PlainValue.Base(arguments);
        if (value is null)
        {
            return;
        }

        double number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        if (!(number >= MinRange && number <= MaxRange))
        {
            throw new ValidationMetadataException(FormattableString.Invariant($"{value} is not in the range {MinRange} to {MaxRange}."));
        }
    }
}
