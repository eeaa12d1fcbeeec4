using System.Text.Json;

namespace OpenAIStream;

/// <summary>
/// What objects of a stream have in common: the JSON of one of them, cut where they differ. Another one of them is read by
/// comparing the bytes between the cuts and reading what stands at them. As everything else is the same bytes as in JSON that
/// was read, the whole is what a general reader would read.
/// </summary>
internal sealed class JsonLayout
{
    private readonly byte[] _json;
    private readonly Node _root;
    private readonly int _beginning; // up to the first cut
    private readonly int _end;       // of the last one

    private JsonLayout(byte[] json, Node root, int beginning, int end)
    {
        _json = json;
        _root = root;
        _beginning = beginning;
        _end = end;
    }

    /// <summary>Learns where objects differ. What did so once is expected to do it again. Null for an object that says a name twice.</summary>
    /// <param name="json">The JSON of an object.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="model">The object, which nobody else has seen yet.</param>
    /// <param name="before">The one before it; its owner may have changed it.</param>
    /// <param name="known">What was learned before.</param>
    /// <param name="isMisfit">Whether they differ in more than texts and numbers.</param>
    public static JsonLayout? Of(byte[] json, JsonShape shape, JsonModel model, JsonModel before, JsonLayout? known, out bool isMisfit)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = JsonModelReader.MaxDepth });
        reader.Read();
        var cuts = new Cuts();
        var root = Cut(ref reader, shape, model, before, known?._root, ref cuts);
        isMisfit = cuts.IsMisfit;
        return root is null ? null : new JsonLayout(json, root, cuts.Beginning ?? json.Length, cuts.End);
    }

    /// <summary>Reads an object that is laid out like this; null for any other.</summary>
    public JsonModel? TryRead(ReadOnlySpan<byte> json, JsonTokenReader tokens)
    {
        var end = _json.AsSpan(_end);
        if (!json.StartsWith(_json.AsSpan(0, _beginning)) || !json.EndsWith(end))
        {
            return null;
        }

        int at = 0;
        var model = (JsonModel?)Make(_root, json, ref at, tokens);
        return at == json.Length - end.Length ? model : null;
    }

    private object? Make(Node node, ReadOnlySpan<byte> json, ref int at, JsonTokenReader tokens)
    {
        object?[] values = node.Copy();
        var parts = node.Parts;
        for (int i = 0; i < parts.Length; i++)
        {
            ref readonly var part = ref parts[i];
            object? value;
            if (part.Inner is not null)
            {
                value = Make(part.Inner, json, ref at, tokens);
                if (value is null)
                {
                    return null;
                }
            }
            else
            {
                if (!json.Slice(at).StartsWith(_json.AsSpan(part.Start, part.Length)))
                {
                    return null;
                }

                at += part.Length;
                bool isNested = at < json.Length && json[at] is (byte)'{' or (byte)'[';
                if (isNested ? !tokens.TryReadPart(json, ref at, in part, node.Values[part.Index], out value)
                    : !JsonScalar.TryRead(json, ref at, node.Values[part.Index], mayStay: !node.IsList, out value))
                {
                    return null;
                }
            }

            values[part.Index] = value;
        }

        return node.IsList ? values : node.Shape!.Create(node.Fields, values);
    }

    private static Node? Cut(ref Utf8JsonReader reader, JsonShape? shape, object value, object? before, Node? known, ref Cuts cuts)
    {
        var model = value as JsonModel;
        object?[] values = model?.Values ?? (object?[])value;
        object?[] earlier = (before as JsonModel)?.Values ?? before as object?[] ?? [];
        shape = model is null ? shape : (shape ?? JsonMap.Shape).ResolveLike(model.Fields, values);
        var parts = new List<Part>();
        for (int i = 0; i < values.Length; i++)
        {
            reader.Read();
            if (model is not null && !(reader.TokenType == JsonTokenType.PropertyName && model.Fields[i].Matches(ref reader) && reader.Read()))
            {
                return null;
            }

            bool isNested = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
            var shapeInside = model is null ? shape : isNested ? shape!.Child(model.Fields[i].Name) : null;
            object? then = i < earlier.Length ? earlier[i] : null;
            bool isCut = known?.IsCut(i) == true || (isNested ? !IsLike(values[i]!, then) : !Equals(values[i], then));
            if (isCut && model?.Fields[i].IsType == true)
            {
                return null; // what says another type is another object
            }

            if (isCut)
            {
                int start = (int)reader.TokenStartIndex;
                cuts.IsMisfit |= isNested;
                parts.Add(new Part(i, null, cuts.End, start - cuts.End, shapeInside, reader.CurrentDepth));
                reader.Skip();
                cuts.Beginning ??= start;
                cuts.End = (int)reader.BytesConsumed;
            }
            else if (isNested)
            {
                var inner = Cut(ref reader, shapeInside, values[i]!, then, known?.Inner(i), ref cuts);
                if (inner is null)
                {
                    return null;
                }

                parts.Add(new Part(i, inner, 0, 0, null, 0));
            }
        }

        bool isWhole = reader.Read() && reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray;
        return isWhole ? new Node(model is null, (model is null && values is not JsonModel[]) ? null : shape, model?.Fields ?? [], values, [.. parts]) : null;
    }

    /// <summary>Whether two objects or lists may differ inside, but have the same names or the same length.</summary>
    private static bool IsLike(object now, object? before) => (now, before) switch
    {
        (JsonModel one, JsonModel other) => ReferenceEquals(one.Fields, other.Fields) && other.Values.Length == one.Fields.Length,
        (object?[] one, object?[] other) => one.Length == other.Length,
        _ => false,
    };

    /// <summary>A place where objects may differ, or an object or a list in which there may be one.</summary>
    /// <param name="Index">Which value of the object or list around it.</param>
    /// <param name="Inner">The object or list; null for a cut.</param>
    /// <param name="Start">Where what stands before the cut begins, from the cut before.</param>
    /// <param name="Length">How long that is.</param>
    /// <param name="Shape">What an object at the cut becomes.</param>
    /// <param name="Depth">How deep the cut is.</param>
    internal readonly record struct Part(int Index, Node? Inner, int Start, int Length, JsonShape? Shape, int Depth);

    /// <summary>An object or a list, with the values that all have.</summary>
    internal sealed class Node(bool isList, JsonShape? shape, JsonField[] fields, object?[] values, Part[] parts)
    {
        public bool IsList => isList;

        /// <summary>The object's shape, or that of a list's objects; null for a list of other values.</summary>
        public JsonShape? Shape => shape;

        public JsonField[] Fields => fields;

        public object?[] Values => values;

        public Part[] Parts => parts;

        /// <summary>The values in an array of their own. (Array.Clone takes several times as long.)</summary>
        public object?[] Copy()
        {
            object?[] copy = isList && shape is not null ? shape.NewArray(values.Length) : new object?[values.Length];
            Array.Copy(values, copy, values.Length);
            return copy;
        }

        public bool IsCut(int index) => Array.Exists(parts, part => part.Index == index && part.Inner is null);

        public Node? Inner(int index) => Array.Find(parts, part => part.Index == index).Inner;
    }

    private struct Cuts
    {
        public int? Beginning;
        public int End;
        public bool IsMisfit;
    }
}
