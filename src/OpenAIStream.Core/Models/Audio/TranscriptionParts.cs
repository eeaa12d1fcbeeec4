using System.Globalization;

namespace OpenAIStream;

/// <summary>A part of a transcription, with its times.</summary>
public sealed class TranscriptionSegment : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<TranscriptionSegment>(static () => new());

    /// <summary>The segment's id; a number becomes its text.</summary>
    public string? Id => GetString("id") ?? GetInt64("id")?.ToString(CultureInfo.InvariantCulture);

    /// <summary>Where it begins, in seconds.</summary>
    public double? Start => GetDouble("start");

    /// <summary>Where it ends, in seconds.</summary>
    public double? End => GetDouble("end");

    /// <summary>What was said.</summary>
    public string? Text => GetString("text");

    /// <summary>Who speaks, where speakers are told apart.</summary>
    public string? Speaker => GetString("speaker");

    /// <summary>The average log probability of its tokens.</summary>
    public double? AvgLogprob => GetDouble("avg_logprob");

    /// <summary>How far its text can be compressed; much repetition makes it high.</summary>
    public double? CompressionRatio => GetDouble("compression_ratio");

    /// <summary>How likely it is that nobody speaks.</summary>
    public double? NoSpeechProb => GetDouble("no_speech_prob");

    /// <summary>The sampling temperature that was used.</summary>
    public double? Temperature => GetDouble("temperature");

    /// <summary>What was said, behind who said it.</summary>
    public override string ToString() => Text is null ? base.ToString() : Speaker is null ? Text : $"{Speaker}: {Text}";
}

/// <summary>A word of a transcription, with its times.</summary>
public sealed class TranscriptionWord : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<TranscriptionWord>(static () => new());

    /// <summary>The word.</summary>
    public string? Word => GetString("word");

    /// <summary>Where it begins, in seconds.</summary>
    public double? Start => GetDouble("start");

    /// <summary>Where it ends, in seconds.</summary>
    public double? End => GetDouble("end");

    /// <summary>The word.</summary>
    public override string ToString() => Word ?? base.ToString();
}

/// <summary>A language that was found in audio.</summary>
public sealed class TranscriptionLanguage : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<TranscriptionLanguage>(static () => new());

    /// <summary>Its code, such as en.</summary>
    public string? Code => GetString("code");

    /// <summary>Its code.</summary>
    public override string ToString() => Code ?? base.ToString();
}

/// <summary>What a transcription used: tokens, or with models that are billed by the length of the audio its seconds.</summary>
public sealed class TranscriptionUsage : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<TranscriptionUsage>(static () => new(), ("input_token_details", TokenDetails.Shape));

    /// <summary>What is billed: tokens or duration.</summary>
    public string? Type => GetString("type");

    /// <summary>The length of the audio in seconds, for type duration.</summary>
    public double? Seconds => GetDouble("seconds");

    /// <summary>Tokens of the input.</summary>
    public int? InputTokens => GetInt32("input_tokens");

    /// <summary>Tokens generated.</summary>
    public int? OutputTokens => GetInt32("output_tokens");

    /// <summary>Both together.</summary>
    public int? TotalTokens => GetInt32("total_tokens");

    /// <summary>What the input's tokens are made of: audio and text.</summary>
    public TokenDetails? InputTokenDetails => GetModel<TokenDetails>("input_token_details");
}
