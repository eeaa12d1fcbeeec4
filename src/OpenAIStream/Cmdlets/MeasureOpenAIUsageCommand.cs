using System.Collections;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Adds up the tokens of answers by model, and calculates their cost from a price table.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "OpenAIUsage")]
[OutputType(typeof(UsageTotal))]
public sealed class MeasureOpenAIUsageCommand : PSCmdlet
{
    private readonly UsageMeter _meter = new();
    private readonly List<Func<UsageTotal, bool>> _prices = [];
    private int _silent;

    /// <summary>Answers, chunks, and any other object that has a usage.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyCollection]
    public PSObject? InputObject { get; set; }

    /// <summary>The rows of a price table, such as from Import-Csv. Without it: that of the connection that returned the answers, if it has one.</summary>
    [Parameter(Position = 1)]
    [Alias("PriceTable")]
    public PSObject[]? Price { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        try
        {
            if (Price is not null)
            {
                _prices.Add(new PriceTable(Price).Apply);
            }
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
            if (_prices.Count > 0 && !_prices.Exists(setCost => setCost(total)))
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
            if (Price is null && source?.Terms?.SetCost is Func<UsageTotal, bool> setCost && !_prices.Contains(setCost))
            {
                _prices.Add(setCost);
            }

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
                IDictionary fields => TryAddLine(new JsonMap(fields)),
                string line => TryAddLine(JsonModel.FromJson<JsonMap>(line)),
                _ => false,
            };
        }
        catch (Exception exception) when (exception is ArgumentException or System.Text.Json.JsonException)
        {
            return false;
        }
    }

    // A line of a checkpoint or a batch file may belong to a failed request, which used nothing.
    private bool TryAddLine(JsonMap line) => _meter.Add(line) || (line["error"] is JsonModel && !line.Contains("choices"));
}
