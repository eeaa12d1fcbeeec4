using System.Globalization;

namespace OpenAIStream;

/// <summary>
/// What a view shows of a model, as a property that only OpenAIStream.format.ps1xml uses and no list contains. Views have
/// no script blocks: in strict mode these add errors to <c>$Error</c>, and in constrained language mode they cannot call
/// anything. Text from the service passes through <see cref="SafeText"/>; a name that is not listed here is that of a
/// property.
/// </summary>
internal sealed class ViewCell(string name) : ModelMember(name, typeof(string))
{
    /// <summary>The name of the cell that each model has.</summary>
    public const string Line = Prefix + "Line";

    /// <summary>The prefix of the names of cells.</summary>
    public const string Prefix = "View.";

    /// <summary>The second prefix of cells that only say whether a property has a value.</summary>
    public const string Has = "Has.";

    private const string Day = "yyyy-MM-dd";
    private const string Minute = "yyyy-MM-dd HH:mm";

    public static bool IsName(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    public override object? Get(JsonModel model) => Name.Substring(Prefix.Length) switch
    {
        "Line" => OneLine(ViewText.Line(model)),
        "Lines" => Safe(ViewText.Of(model)),
        "Status" when model is Response response => Safe(ViewText.Status(response)),
        "Event" => OneLine(ViewText.EventName(model)),
        "Error" => OneLine(ViewText.Error(model)),
        "ToolCalls" => Safe(ViewText.ToolCalls(model)),
        "Tokens" => ViewText.Tokens(model),
        "Time" => ViewText.Time(model),
        "Bytes" => ViewText.Bytes(model),
        "CallName" => Safe((model as ChatToolCall)?.Function?.Name),
        "CallArguments" => OneLine((model as ChatToolCall)?.Function?.Arguments),
        "Kind" => model.GetType().Name,
        "Json" => $"{model.GetType().Name}\n{Safe(model.ToJson(indented: true))}",
        "Fields" => Safe(string.Join("\n", ModelMembers.Of(model.GetType()).FieldsWithoutProperty(model).Select(field => $"{field}: {ShownValue.Text(model[field])}"))),
        "MessageCount" => (model as ChatConversation)?.Messages.Count,
        "Images" => (model as ImageResult)?.Data.Count,
        "Created" when model is Conversation conversation => conversation.Created?.ToString(Minute, CultureInfo.InvariantCulture),
        "Created" when model is Batch batch => batch.CreatedAt?.ToString(Minute, CultureInfo.InvariantCulture),
        "Created" when model is OpenAIFile file => file.CreatedAt?.ToString(Day, CultureInfo.InvariantCulture),
        "Created" => (model as ModelInfo)?.Created?.ToString(Day, CultureInfo.InvariantCulture),
        "Done" => model is Batch { RequestCounts: { Completed: int done, Total: int total } } ? FormattableString.Invariant($"{done}/{total}") : null,
        "Failed" => (model as Batch)?.RequestCounts?.Failed,
        "FileBytes" => (model as OpenAIFile)?.Bytes,
        "InputIndex" => StreamSource.Of((ModelOutput)model)?.Index ?? (model as Embedding)?.Index,
        "CategoryList" => OneLine(string.Join(", ", (model as Moderation)?.Category ?? [])),
        "ShutdownDate" => (model as ModelInfo)?.ShutdownDate?.ToString(Day, CultureInfo.InvariantCulture),
        var property when property.StartsWith(Has, StringComparison.Ordinal) => Value(model, property.Substring(Has.Length)) is not null,
        var property => ShownValue.Of(Value(model, property)),
    };

    private static object? Value(JsonModel model, string property) => ModelMembers.Of(model.GetType()).Typed(property)?.Get(model);

    private static string? OneLine(string? text) => string.IsNullOrEmpty(text) ? null : SafeText.OneLine(text);

    /// <summary>The text; a view omits the line of an empty text.</summary>
    private static string? Safe(string? text) => string.IsNullOrEmpty(text) ? null : SafeText.Of(text);
}
