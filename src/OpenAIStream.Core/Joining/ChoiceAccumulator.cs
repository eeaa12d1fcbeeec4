namespace OpenAIStream;

/// <summary>Joins chunks of choices, each choice by its index.</summary>
/// <typeparam name="TChunk">The chunk.</typeparam>
/// <typeparam name="TWhole">The type of the whole answer.</typeparam>
public abstract class ChoiceAccumulator<TChunk, TWhole> : ChunkAccumulator
    where TChunk : ChoiceChunk
    where TWhole : ModelOutput
{
    private static readonly JsonField ChoicesField = new("choices");
    private static readonly JsonField DeltaField = new("delta");

    private readonly MergedObject _whole = new();
    private readonly SortedDictionary<int, MergedObject> _choices = [];
    private readonly HashSet<int> _withDelta = [];
    private MergedObject? _first; // the choice with the lowest index
    private int _firstIndex;

    private protected ChoiceAccumulator()
    {
    }

    /// <summary>The whole answer, as far as it has arrived.</summary>
    public TWhole Whole => (TWhole)ToWhole();

    private protected abstract JsonShape WholeShape { get; }

    /// <summary>The name that a field of a choice has in the whole answer.</summary>
    private protected virtual string NameInWhole(string field) => field;

    /// <summary>Sets what chunks do not contain, or contain in another form than a whole answer.</summary>
    private protected virtual void Complete(TWhole whole)
    {
    }

    /// <inheritdoc/>
    public override ModelOutput ToWhole()
    {
        var shape = WholeShape;
        var choiceShape = shape.Child("choices")!;
        object?[] choices = [.. _choices.Values.Select(choice => choice.Build(choiceShape, NameInWhole))];
        _whole.Take(ChoicesField, choiceShape.ToArray(choices));
        var whole = (TWhole)_whole.Build(shape, static name => name);
        Complete(whole);
        return whole;
    }

    private protected override string ReadText() => _first is null ? "" : ReadText(_first);

    private protected abstract string ReadText(MergedObject choice);

    private protected override void Join(StreamChunk chunk)
    {
        var piece = Cast<TChunk>(chunk);
        for (int i = 0; i < piece.Fields.Length; i++)
        {
            string name = piece.Fields[i].Name;
            if (name != "obfuscation")
            {
                _whole.Replace(piece.Fields[i], name == "choices" ? null : piece.ValueAt(i)); // the choices keep their position
            }
        }

        foreach (var choice in piece.AnyChoices)
        {
            Join(choice);
        }
    }

    private void Join(Choice choice)
    {
        if (!_choices.TryGetValue(choice.Index, out var merged))
        {
            _choices.Add(choice.Index, merged = new MergedObject());
            (_first, _firstIndex) = _first is null || choice.Index < _firstIndex ? (merged, choice.Index) : (_first, _firstIndex);
        }

        if (choice.Find("delta") is JsonModel { Fields.Length: > 0 })
        {
            _withDelta.Add(choice.Index);
        }

        for (int i = 0; i < choice.Fields.Length; i++)
        {
            Join(merged, choice.Fields[i], choice.ValueAt(i), _withDelta.Contains(choice.Index));
        }
    }

    private static void Join(MergedObject merged, JsonField field, object? value, bool hasDelta)
    {
        switch (field.Name)
        {
            case "delta" or "text" or "logprobs":
                merged.Add(field, value);
                break;
            case "message" when hasDelta:
                break; // the message so far, next to its new part
            case "message":
                merged.Add(DeltaField, value);
                break;
            default:
                merged.Replace(field, value); // for all other fields, the last value counts
                break;
        }
    }
}

/// <summary>Joins the chunks of a text completion.</summary>
public sealed class CompletionAccumulator : ChoiceAccumulator<Completion, Completion>
{
    private protected override JsonShape WholeShape => Completion.Shape;

    private protected override string ReadText(MergedObject choice) => choice.Find("text")?.Build(null) as string ?? "";
}

/// <summary>Joins the chunks of a chat completion.</summary>
public sealed class ChatCompletionAccumulator : ChoiceAccumulator<ChatCompletionChunk, ChatCompletion>
{
    private protected override JsonShape WholeShape => ChatCompletion.Shape;

    private protected override string NameInWhole(string field) => field == "delta" ? "message" : field;

    private protected override string ReadText(MergedObject choice) => choice.Find("delta") is MergedObject message
        ? ChatMessage.ReadText(message.Find("content")?.Build(null), message.Find("refusal")?.Build(null), message.Find("audio")?.Build(null) as JsonModel)
        : "";

    private protected override void Complete(ChatCompletion whole)
    {
        whole["object"] = "chat.completion";
        foreach (var message in whole.Choices.Select(static choice => choice.Message).OfType<ChatMessage>().Where(static message => string.IsNullOrEmpty(message.Role)))
        {
            message.Role = "assistant"; // some services never send it in a stream
        }
    }
}
