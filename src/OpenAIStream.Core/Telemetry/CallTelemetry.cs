using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace OpenAIStream;

/// <summary>
/// One call as a span and measurements, by OpenTelemetry's conventions for generative AI (docs/telemetry.md). It exists
/// only if somebody listens; otherwise it is null, and a chunk costs one comparison.
/// </summary>
internal sealed class CallTelemetry
{
    private const string Name = "OpenAIStream.Core";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("gen_ai.client.operation.duration", "s", "The duration of calls, including streams.");
    private static readonly Histogram<double> FirstChunk = Meter.CreateHistogram<double>("gen_ai.client.operation.time_to_first_chunk", "s", "The time to the first chunk of a stream.");
    private static readonly Histogram<long> Tokens = Meter.CreateHistogram<long>("gen_ai.client.token.usage", "{token}", "Tokens used.");

    private readonly long _begun = Stopwatch.GetTimestamp();
    private readonly TagList _tags; // the tags of the span and of all measurements
    private readonly Activity? _span;
    private readonly bool _withContent;
    private readonly ObservedAnswer _answer = new();
    private Func<string>? _text;
    private TimeSpan? _firstChunk;
    private int _hasEnded;

    private CallTelemetry(string operation, string? model, OpenAIClientOptions options)
    {
        _tags = new TagList
        {
            { "gen_ai.operation.name", operation },
            { "gen_ai.provider.name", options.AzureEndpoint is null ? "openai" : "azure.ai.openai" },
            { "server.address", options.BaseAddress.Host },
            { "server.port", options.BaseAddress.Port },
        };
        if (model is not null)
        {
            _tags.Add("gen_ai.request.model", model);
        }

        _withContent = options.CaptureMessageContent;
        _span = Source.StartActivity(ActivityKind.Client, tags: _tags, name: model is null ? operation : $"{operation} {model}");
    }

    private static bool IsHeard => Source.HasListeners() || Duration.Enabled || FirstChunk.Enabled || Tokens.Enabled;

    /// <summary>Begins to watch a call; null if nobody listens.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path, without the base address.</param>
    /// <param name="isStream">Whether a stream was requested.</param>
    /// <param name="model">The model.</param>
    /// <param name="request">The fields of the request; null if it has none.</param>
    /// <param name="options">The options of the client.</param>
    public static CallTelemetry? Start(HttpMethod method, string path, bool isStream, string? model, JsonModel? request, OpenAIClientOptions options)
    {
        if (!IsHeard)
        {
            return null;
        }

        var telemetry = new CallTelemetry(Conventions.OperationOf(method, path), model, options);
        if (telemetry._span is { IsAllDataRequested: true } span)
        {
            span.SetTag("gen_ai.request.stream", isStream);
            Conventions.Describe(request, span);
            if (telemetry._withContent && request is not null)
            {
                span.SetTag("gen_ai.input.messages", MessageContent.OfRequest(request));
            }
        }

        return telemetry;
    }

    /// <summary>Reports an event of the call as an event of the span.</summary>
    public void Note(CallEvent callEvent)
    {
        switch (callEvent)
        {
            case RetryWaiting retry:
                AddEvent("retry", ("attempt", retry.Attempt), ("delay", retry.Delay.TotalSeconds), ("error.type", Conventions.ErrorType(retry.Reason)));
                break;
            case StreamResuming resuming:
                AddEvent("resume", ("gen_ai.response.id", resuming.ResponseId), ("sequence_number", resuming.StartingAfter), ("error.type", Conventions.ErrorType(resuming.Reason)));
                break;
            default:
                break; // reported by the spans of System.Net.Http
        }
    }

    /// <summary>Observes a chunk of the answer, or the whole answer. What it keeps does not grow with the stream.</summary>
    public void Observe(object? chunk, string? finishReason = null)
    {
        _firstChunk ??= Elapsed;
        _answer.Observe(chunk as JsonModel, finishReason);
    }

    /// <summary>Where to get the text of a stream, if content is captured.</summary>
    public void ObserveText(Func<string> text) => _text = text;

    /// <summary>The whole answer has arrived, and the call has ended.</summary>
    public void ObserveWhole(JsonModel answer)
    {
        _answer.Observe(answer, (answer as ChatCompletion)?.FinishReason ?? (answer as Completion)?.FinishReason ?? answer.Find("status") as string);
        _text = () => (answer as ModelOutput)?.Text ?? "";
        End(StreamEnd.WholeAnswer);
    }

    /// <summary>The call has ended. Only the first call of this method counts.</summary>
    /// <param name="end">How it ended.</param>
    /// <param name="reason">The exception with which it ended, if any.</param>
    public void End(StreamEnd end, Exception? reason = null)
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) != 0)
        {
            return;
        }

        var tags = _tags;
        if (_answer.Model is string model)
        {
            tags.Add("gen_ai.response.model", model);
        }

        string? errorType = reason is null or OperationCanceledException ? null : Conventions.ErrorType(reason);
        Measure(tags, errorType);
        if (_span is not null)
        {
            Finish(_span, end, errorType);
        }
    }

    private TimeSpan Elapsed => Stopwatch.GetElapsedTime(_begun);

    private void Measure(TagList tags, string? errorType)
    {
        var timed = tags;
        if (errorType is not null)
        {
            timed.Add("error.type", errorType);
        }

        Duration.Record(Elapsed.TotalSeconds, timed);
        if (_firstChunk is TimeSpan first)
        {
            FirstChunk.Record(first.TotalSeconds, tags);
        }

        Count("input", _answer.InputTokens);
        Count("output", _answer.OutputTokens);

        void Count(string type, long? tokens)
        {
            if (tokens is long count)
            {
                var typed = tags;
                typed.Add("gen_ai.token.type", type);
                Tokens.Record(count, typed);
            }
        }
    }

    private void Finish(Activity span, StreamEnd end, string? errorType)
    {
        switch (end)
        {
            case StreamEnd.EndOfBody or StreamEnd.BodyCut or StreamEnd.ConnectionReset or StreamEnd.StreamReset:
                AddEvent("truncated", ("end", end.ToString()));
                break;
            case StreamEnd.Canceled or StreamEnd.Disposed:
                AddEvent("canceled", ("end", end.ToString()));
                break;
            default:
                break;
        }

        _answer.Describe(span);
        span.SetTag("gen_ai.response.time_to_first_chunk", _firstChunk?.TotalSeconds);
        if (errorType is not null)
        {
            span.SetTag("error.type", errorType);
            span.SetStatus(ActivityStatusCode.Error); // without the message, which may quote content
        }

        if (_withContent && _text is not null && end != StreamEnd.Disposed) // disposed: another thread may be adding to it
        {
            span.SetTag("gen_ai.output.messages", MessageContent.OfAnswer(_text(), _answer.FinishReason));
        }

        // Stopping restores the activity that was current when the call began; here that would be someone else's.
        var current = Activity.Current;
        span.Stop();
        Activity.Current = current == span ? span.Parent : current;
    }

    private void AddEvent(string name, params (string Name, object? Value)[] tags) =>
        _span?.AddEvent(new ActivityEvent(name, tags: [.. tags.Select(static tag => new KeyValuePair<string, object?>(tag.Name, tag.Value))]));
}
