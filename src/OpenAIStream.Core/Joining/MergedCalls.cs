namespace OpenAIStream;

/// <summary>
/// The tools that a model asks for. A piece belongs to the call whose id it names, else to that of its index, else to the
/// last one; it begins another call when it says a name that cannot be that call's.
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
            // Some services make up an id for each piece, and others number the pieces.
            bool isFirst = piece.Fields[i].Name switch { "id" => call.Text("id") is null, "index" => call.Find("index") is null, _ => true };
            if (isFirst)
            {
                call.Add(piece.Fields[i], piece.Values[i]);
            }
        }
    }

    public override object Build(JsonShape? shape) =>
        MergedList.Build(_calls.Where(static one => !IsNothing(one.Call)).Select(static one => (one.Index, (object?)one.Call)), shape);

    /// <summary>Whether a piece came that says nothing, and no other for it.</summary>
    private static bool IsNothing(MergedObject call) => call.Text("id") is null && Name(call) is null && Arguments(call) is not { IsEmpty: false };

    /// <summary>The call that a piece belongs to; null when it begins one.</summary>
    private MergedObject? Find(JsonModel piece, long? index)
    {
        string? id = JoinRules.Text(piece, "id");
        bool isNamed = Name(piece) is not null;
        if (id is not null && _calls.FindLast(one => one.Call.Text("id") == id) is { Call: MergedObject known } same)
        {
            // Some services give the pieces of a call several indices, others give several calls one id.
            return isNamed && index != same.Index && !GoesOn(known, piece) ? null : known;
        }

        var call = index is null ? Last : _calls.FindLast(one => one.Index == index).Call;
        if (call is null)
        {
            return isNamed || id is not null ? null : Last; // nothing that begins a call, whatever index it says
        }

        return isNamed && ((id is not null && call.Text("id") is not null) || !MayBe(call, piece)) ? null : call;
    }

    private MergedObject? Last => _calls.Count > 0 ? _calls[_calls.Count - 1].Call : null;

    /// <summary>Whether a piece that says a name, but not another id, may be of a call.</summary>
    private static bool MayBe(MergedObject call, JsonModel piece) =>
        Name(call) is null || Arguments(call) is not { IsEmpty: false } || (Name(call) == Name(piece) && GoesOn(call, piece));

    /// <summary>Whether a piece adds to a call's arguments, or repeats them: behind an object that is whole, others are another call's.</summary>
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
