namespace OpenAIStream;

/// <summary>No telemetry: in this build it would need another assembly (System.Diagnostics.DiagnosticSource), which the module must not ship.</summary>
internal sealed class CallTelemetry
{
    private CallTelemetry()
    {
    }

    public static CallTelemetry? Start(HttpMethod method, string path, bool isStream, string? model, JsonModel? request, OpenAIClientOptions options) => null;

    public void Note(CallEvent callEvent) => throw new NotSupportedException();

    public void Observe(object? chunk, string? finishReason = null) => throw new NotSupportedException();

    public void ObserveText(Func<string> text) => throw new NotSupportedException();

    public void ObserveWhole(JsonModel answer) => throw new NotSupportedException();

    public void End(StreamEnd end, Exception? reason = null) => throw new NotSupportedException();
}
