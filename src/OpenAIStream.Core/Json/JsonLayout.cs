using System.Text.Json;

namespace OpenAIStream;

/// <summary>
/// What the objects of a stream have in common: the JSON of one of them, cut where they differ. Another object is read by
/// comparing the bytes between the cuts and reading only the values at the cuts. Because all other bytes equal JSON that
/// was read before, the result is the same as with a general reader.
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

    /// <summary>Learns where objects differ. Places that differed once are expected to differ again. Null for an object with a duplicate name.</summary>
    /// <param name="json">The JSON of an object.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="model">The object, which nobody else has seen yet.</param>
    /// <param name="before">The previous object; its owner may have changed it.</param>
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

    /// <summary>Reads an object with this layout; null for any other object.</summary>
    public JsonModel? TryRead(ReadOnlySpan<byte> json, JsonTokenReader tokens)
    {
        // Startup: no EndsWith (docs/startup.md).
        var end = _json.AsSpan(_end);
        if (!json.StartsWith(_json.AsSpan(0, _beginning)) || json.Length < end.Length || !json.Slice(json.Length - end.Length).SequenceEqual(end))
        {
            return null;
        }

        int at = 0;
        var model = (JsonModel?)Make(_root, json, ref at, tokens);
        return at == json.Length - end.Length ? model : null;
    }

    private object? Make(Node node, ReadOnlySpan<byte> json, ref int at, JsonTokenReader tokens)
    {
        var parts = node.Parts;
        object? single = null;
        object?[]? values = node.IsList ? node.Copy() : parts.Length == 1 ? null : new object?[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            var part = parts[i];
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
                if (isNested ? !tokens.TryReadPart(json, ref at, part, node.Values[part.Index], out value)
                    : !JsonScalar.TryRead(json, ref at, node.Values[part.Index], mayStay: !node.IsList, out value))
                {
                    return null;
                }

                if (node.IsList && node.Shape is not null && value is not JsonModel)
                {
                    return null; // the list would have another type
                }
            }

            if (values is null)
            {
                single = value;
            }
            else
            {
                values[node.IsList ? part.Index : i] = value;
            }
        }

        return node.IsList ? values : node.Shape!.Create(node.Fields, values ?? single);
    }

    private static Node? Cut(ref Utf8JsonReader reader, JsonShape? shape, object value, object? before, Node? known, ref Cuts cuts)
    {
        var model = value as JsonModel;
        object?[] values = model?.ToValues() ?? (object?[])value;
        object?[] earlier = (before as JsonModel)?.ToValues() ?? before as object?[] ?? [];
        shape = model is null ? shape : (shape ?? JsonMap.Shape).ResolveLike(model);
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
                return null; // another type means another object
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
        bool isUntyped = model is null && values is not JsonModel[];
        return isWhole ? new Node(model?.Fields, isUntyped ? null : shape, values, [.. parts]) : null;
    }

    /// <summary>Whether two objects or lists differ only inside, and have the same names or the same length.</summary>
    private static bool IsLike(object now, object? before) => (now, before) switch
    {
        (JsonModel one, JsonModel other) => ReferenceEquals(one.Fields, other.Fields),
        (object?[] one, object?[] other) => one.Length == other.Length,
        _ => false,
    };

    /// <summary>A place where objects can differ, or an object or a list that contains one. Startup: a class (docs/startup.md).</summary>
    /// <param name="Index">The index of the value in the object or list around it.</param>
    /// <param name="Inner">The object or list; null for a cut.</param>
    /// <param name="Start">The position of the text before the cut, which begins at the previous cut.</param>
    /// <param name="Length">The length of that text.</param>
    /// <param name="Shape">The shape of an object at the cut.</param>
    /// <param name="Depth">The depth of the cut.</param>
    internal sealed record Part(int Index, Node? Inner, int Start, int Length, JsonShape? Shape, int Depth);

    /// <summary>An object or a list, with the values that all have in common.</summary>
    internal sealed class Node(JsonFields? fields, JsonShape? shape, object?[] values, Part[] parts)
    {
        public bool IsList => fields is null;

        /// <summary>The shape of the object, or of the objects in a list; null for a list of other values.</summary>
        public JsonShape? Shape => shape;

        /// <summary>The fields of an object, which holds the values of the parts and shares the others.</summary>
        public JsonFields Fields { get; } = fields is null ? JsonFields.None : new JsonFields(fields, values, parts);

        public object?[] Values => values;

        public Part[] Parts => parts;

        /// <summary>A copy of the list. (Array.Clone takes several times as long.)</summary>
        public object?[] Copy()
        {
            object?[] copy = shape is not null ? shape.NewArray(values.Length) : new object?[values.Length];
            Array.Copy(values, copy, values.Length);
            return copy;
        }

        public bool IsCut(int index) => Array.Exists(parts, part => part.Index == index && part.Inner is null);

        public Node? Inner(int index) => Array.Find(parts, part => part.Index == index)?.Inner;
    }

    private struct Cuts
    {
        public int? Beginning;
        public int End;
        public bool IsMisfit;
    }
}
