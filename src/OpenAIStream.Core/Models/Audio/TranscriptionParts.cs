using System.Globalization;

namespace OpenAIStream;

/// <summary>A part of a transcription, with its times.</summary>
public sealed class TranscriptionSegment : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<TranscriptionSegment>(static () => new());

    /// <summary>The id of the segment; a number is converted to text.</summary>
    public string? Id => GetString("id") ?? GetInt64("id")?.ToString(CultureInfo.InvariantCulture);

    /// <summary>Its start, in seconds.</summary>
    public double? Start => GetDouble("start");

    /// <summary>Its end, in seconds.</summary>
    public double? End => GetDouble("end");

    /// <summary>The transcribed text.</summary>
    public string? Text => GetString("text");

    /// <summary>The speaker, if speakers are identified.</summary>
    public string? Speaker => GetString("speaker");

    /// <summary>The average log probability of its tokens.</summary>
    public double? AvgLogprob => GetDouble("avg_logprob");

    /// <summary>How much the text can be compressed; repetition makes it high.</summary>
    public double? CompressionRatio => GetDouble("compression_ratio");

    /// <summary>The probability that nobody speaks.</summary>
    public double? NoSpeechProb => GetDouble("no_speech_prob");

    /// <summary>The sampling temperature that was used.</summary>
    public double? Temperature => GetDouble("temperature");

    /// <summary>The text, after its speaker.</summary>
    public override string ToString() => Text is null ? base.ToString() : Speaker is null ? Text : $"{Speaker}: {Text}";
}

/// <summary>A word of a transcription, with its times.</summary>
public sealed class TranscriptionWord : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<TranscriptionWord>(static () => new());

    /// <summary>The word.</summary>
    public string? Word => GetString("word");

    /// <summary>Its start, in seconds.</summary>
    public double? Start => GetDouble("start");

    /// <summary>Its end, in seconds.</summary>
    public double? End => GetDouble("end");

    /// <summary>The word.</summary>
    public override string ToString() => Word ?? base.ToString();
}

/// <summary>A language detected in audio.</summary>
public sealed class TranscriptionLanguage : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<TranscriptionLanguage>(static () => new());

    /// <summary>Its code, such as en.</summary>
    public string? Code => GetString("code");

    /// <summary>Its code.</summary>
    public override string ToString() => Code ?? base.ToString();
}

/// <summary>The usage of a transcription: tokens, or seconds for models that are billed by the length of the audio.</summary>
public sealed class TranscriptionUsage : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<TranscriptionUsage>(static () => new(), ("input_token_details", TokenDetails.Shape));

    /// <summary>What is billed: tokens or duration.</summary>
    public string? Type => GetString("type");

    /// <summary>The length of the audio in seconds, for the type duration.</summary>
    public double? Seconds => GetDouble("seconds");

    /// <summary>The number of input tokens.</summary>
    public int? InputTokens => GetInt32("input_tokens");

    /// <summary>The number of generated tokens.</summary>
    public int? OutputTokens => GetInt32("output_tokens");

    /// <summary>The sum of both.</summary>
    public int? TotalTokens => GetInt32("total_tokens");

    /// <summary>The kinds of the input tokens: audio and text.</summary>
    public TokenDetails? InputTokenDetails => GetModel<TokenDetails>("input_token_details");
}
