namespace OpenAIStream;

/// <summary>
/// The tool calls that a model requests. A piece belongs to the call with its id, otherwise to the one with its index,
/// otherwise to the last one; it begins a new call if it has a name that cannot belong to that call.
/// </summary>
internal sealed class MergedCalls : Merged
{
    private readonly List<(long? Index, MergedObject Call)> _calls = [];

    public void Add(JsonModel piece)
    {
        long? index = JoinRules.Index(piece);
        if (Find(piece, index) is not MergedObject call)
        {
            _calls.Add((index, call = new MergedObject()));
        }

        for (int i = 0; i < piece.Fields.Length; i++)
        {
            // Some services invent an id for each piece, and others number the pieces.
            bool isFirst = piece.Fields[i].Name switch { "id" => call.Text("id") is null, "index" => call.Find("index") is null, _ => true };
            if (isFirst)
            {
                call.Add(piece.Fields[i], piece.ValueAt(i));
            }
        }
    }

    public override object Build(JsonShape? shape) =>
        MergedList.Build(_calls.Where(static one => !IsNothing(one.Call)).Select(static one => (one.Index, (object?)one.Call)), shape);

    /// <summary>Whether only pieces without information arrived for a call.</summary>
    private static bool IsNothing(MergedObject call) => call.Text("id") is null && Name(call) is null && Arguments(call) is not { IsEmpty: false };

    /// <summary>The call that a piece belongs to; null if it begins a new call.</summary>
    private MergedObject? Find(JsonModel piece, long? index)
    {
        string? id = JoinRules.Text(piece, "id");
        bool isNamed = Name(piece) is not null;
        if (id is not null && _calls.FindLast(one => one.Call.Text("id") == id) is { Call: MergedObject known } same)
        {
            // Some services give several indices to the pieces of a call, others give one id to several calls.
            return isNamed && index != same.Index && !GoesOn(known, piece) ? null : known;
        }

        var call = index is null ? Last : _calls.FindLast(one => one.Index == index).Call;
        if (call is null)
        {
            return isNamed || id is not null ? null : Last; // does not begin a call, whatever its index
        }

        return isNamed && ((id is not null && call.Text("id") is not null) || !MayBe(call, piece)) ? null : call;
    }

    private MergedObject? Last => _calls.Count > 0 ? _calls[_calls.Count - 1].Call : null;

    /// <summary>Whether a piece with a name, but without another id, can belong to a call.</summary>
    private static bool MayBe(MergedObject call, JsonModel piece) =>
        Name(call) is null || Arguments(call) is not { IsEmpty: false } || (Name(call) == Name(piece) && GoesOn(call, piece));

    /// <summary>Whether a piece continues or repeats the arguments of a call: arguments after a complete object belong to another call.</summary>
    private static bool GoesOn(MergedObject call, JsonModel piece)
    {
        object? more = Function(piece)?.Find("arguments");
        return Arguments(call) is not { IsWhole: true } arguments || JoinRules.IsAbsent(more) || arguments.IsRepeatedBy(more);
    }

    private static MergedArguments? Arguments(MergedObject call) => Function(call)?.Find("arguments") as MergedArguments;

    private static string? Name(MergedObject call) => Function(call)?.Text("name");

    private static string? Name(JsonModel piece) => JoinRules.Text(Function(piece), "name");

    private static MergedObject? Function(MergedObject call) => call.Find("function") as MergedObject ?? call.Find("custom") as MergedObject;

    private static JsonModel? Function(JsonModel piece) => piece.Find("function") as JsonModel ?? piece.Find("custom") as JsonModel;
}
