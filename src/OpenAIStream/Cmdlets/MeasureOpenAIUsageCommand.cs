using System.Collections;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Adds up the tokens of answers by model, and calculates their cost from a price table.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "OpenAIUsage")]
[OutputType(typeof(UsageTotal))]
public sealed class MeasureOpenAIUsageCommand : PSCmdlet
{
    private readonly UsageMeter _meter = new();
    private PriceTable? _prices;
    private int _silent;

    /// <summary>Answers, chunks, and any other object that has a usage.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyCollection]
    public PSObject? InputObject { get; set; }

    /// <summary>The rows of a price table, such as from Import-Csv.</summary>
    [Parameter(Position = 1)]
    [Alias("PriceTable")]
    public PSObject[]? Price { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        try
        {
            _prices = Price is null ? null : new PriceTable(Price);
        }
        catch (ArgumentException exception)
        {
            ThrowTerminatingError(Errors.BadArgument(exception.Message, Price));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (PlainValue.Base(InputObject) is IEnumerable several and not (string or IDictionary))
        {
            foreach (object? one in several)
            {
                Add(one);
            }
        }
        else
        {
            Add(InputObject);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_silent > 0)
        {
            WriteWarning(_silent == 1 ? "1 answer does not report its usage and is not counted." : $"{_silent} answers do not report their usage and are not counted.");
        }

        foreach (var total in _meter.Totals)
        {
            if (_prices is not null && !_prices.Apply(total))
            {
                WriteWarning(SafeText.OneLine($"The price table has no price for '{total.Model}', or not for everything that it used. Cost is empty."));
            }

            WriteObject(total);
        }
    }

    private void Add(object? given)
    {
        given = SerializedModel.Alive(given);
        if (PlainValue.Base(given) is ModelOutput output)
        {
            var source = StreamSource.Of(output);
            if (!_meter.Add(output, source?.Id, source?.Model) && output is not StreamChunk)
            {
                _silent++;
            }
        }
        else if (!TryAdd(given))
        {
            _silent++;
        }
    }

    private bool TryAdd(object? given)
    {
        try
        {
            return Dictionaries.Unwrap(given) switch
            {
                JsonModel model => _meter.Add(model),
                IDictionary fields => _meter.Add(new JsonMap(fields)),
                _ => false,
            };
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
