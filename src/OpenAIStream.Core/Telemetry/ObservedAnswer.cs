using System.Diagnostics;

namespace OpenAIStream;

/// <summary>What a span says about an answer, from the chunks so far. It keeps the latest values, never the chunks.</summary>
internal sealed class ObservedAnswer
{
    private string? _id;
    private JsonModel? _usage;

    public string? Model { get; private set; }

    public string? FinishReason { get; private set; }

    public long? InputTokens => Count("input_tokens") ?? Count("prompt_tokens");

    public long? OutputTokens => Count("output_tokens") ?? Count("completion_tokens");

    public void Observe(JsonModel? chunk, string? finishReason)
    {
        FinishReason = finishReason ?? FinishReason;
        if (chunk is null)
        {
            return;
        }

        // The events of a response contain it in a field; other chunks and whole answers are it.
        var answer = chunk.Find("response") as JsonModel ?? chunk;
        _id = answer.Find("id") as string ?? _id;
        Model = answer.Find("model") as string ?? Model;
        _usage = Usage.FieldOf(answer) ?? _usage;
    }

    public void Describe(Activity span)
    {
        span.SetTag("gen_ai.response.id", _id);
        span.SetTag("gen_ai.response.model", Model);
        span.SetTag("gen_ai.response.finish_reasons", FinishReason is null ? null : new[] { FinishReason });
        span.SetTag("gen_ai.usage.input_tokens", InputTokens);
        span.SetTag("gen_ai.usage.output_tokens", OutputTokens);
        span.SetTag("gen_ai.usage.cache_read.input_tokens", Detail("input_tokens_details", "cached_tokens") ?? Detail("prompt_tokens_details", "cached_tokens"));
        span.SetTag("gen_ai.usage.reasoning.output_tokens", Detail("output_tokens_details", "reasoning_tokens") ?? Detail("completion_tokens_details", "reasoning_tokens"));
    }

    private long? Count(string field) => _usage?.Find(field) as long?;

    private long? Detail(string details, string field) => (_usage?.Find(details) as JsonModel)?.Find(field) as long?;
}
