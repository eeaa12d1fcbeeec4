#if !NETSTANDARD_BUILD
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace OpenAIStream.Tests.Telemetry;

/// <summary>Collects the spans and measurements of calls to one model, independent of other tests.</summary>
internal sealed class Listener : IDisposable
{
    private readonly ActivityListener _spans;
    private readonly MeterListener _meters = new();
    private readonly string _model;

    public Listener(string model, bool withSpans = true)
    {
        _model = model;
        _spans = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "OpenAIStream.Core",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Add,
        };
        if (withSpans)
        {
            ActivitySource.AddActivityListener(_spans);
        }

        _meters.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == "OpenAIStream.Core")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _meters.Start();
    }

    public ConcurrentQueue<Activity> Spans { get; } = new();

    public ConcurrentQueue<(string Name, double Value, Dictionary<string, object?> Tags)> Measurements { get; } = new();

    public void Dispose()
    {
        _spans.Dispose();
        _meters.Dispose();
    }

    private void Add(Activity span)
    {
        if (span.GetTagItem("gen_ai.request.model") as string == _model)
        {
            Spans.Enqueue(span);
        }
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var kept = new Dictionary<string, object?>(tags.ToArray());
        if (kept.GetValueOrDefault("gen_ai.request.model") as string == _model)
        {
            Measurements.Enqueue((instrument.Name, value, kept));
        }
    }
}
#endif
