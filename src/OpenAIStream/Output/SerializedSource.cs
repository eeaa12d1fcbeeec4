using System.Collections.Concurrent;

namespace OpenAIStream;

/// <summary>
/// What an object from a cmdlet knows about its request, as JSON that is serialized with it. The chunks of a stream refer
/// to their request by an id, which groups them again; the first chunk also contains the conversation and the requested
/// schema, and so does an answer.
/// </summary>
internal static class SerializedSource
{
    private static readonly ConcurrentDictionary<string, WeakReference<StreamSource>> Known = new();
    private static int _mostKnown = 64;

    public static string Write(StreamSource source, ModelOutput output)
    {
        var json = new ChatCompletionRequest { ["id"] = source.Id, ["index"] = source.Index };
        if (source.Previous is StreamSource previous)
        {
            json["previous"] = previous.Id;
        }

        if (source.Timing is StreamTiming timing)
        {
            json["timing"] = new[] { timing.TimeToFirstChunk.Ticks, timing.Duration.Ticks, timing.ChunkCount };
        }

        if (source.IsOneOfSeveral)
        {
            json["several"] = true;
        }

        if (source.IsOver)
        {
            json["failure"] = source.Failure; // null: it ended regularly
        }

        if (output is Answer || source.IsFirst(output))
        {
            json.Messages = source.Messages;
            json.ResponseFormat = source.Schema;
            if (source.Context is JsonMap context)
            {
                json["context"] = context;
            }
        }

        return json.ToJson();
    }

    /// <summary>The request of an output, one object for all chunks that refer to it; null if the JSON is damaged.</summary>
    public static StreamSource? Read(string json, object? input, ModelOutput output)
    {
        ChatCompletionRequest fields;
        try
        {
            fields = JsonModel.FromJson<ChatCompletionRequest>(json);
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }

        if (fields["id"] is not string id)
        {
            return null;
        }

        bool isWhole = output is Answer;
        var source = isWhole ? new StreamSource(id) : Find(id);
        Restore(source, fields, isWhole);
        source.Input = input;
        source.Index = fields["index"] is long index ? (int)index : 0;
        source.Previous = fields["previous"] is string previous ? Find(previous) : null;
        if (fields["timing"] is object?[] and [long first, long last, long count])
        {
            source.Timing = new StreamTiming(new TimeSpan(first), new TimeSpan(last), (int)count);
        }

        if (fields.Contains("messages"))
        {
            source.SetFirst(output, fields.Messages, fields.ResponseFormat, fields["context"] as JsonMap);
        }

        return source;
    }

    /// <summary>Restores what was known about the end of the stream when the output was written; an earlier chunk does not know it.</summary>
    private static void Restore(StreamSource source, JsonModel fields, bool isWhole)
    {
        source.IsOneOfSeveral = fields["several"] is true;
        if (isWhole || fields.Contains("failure"))
        {
            source.End(fields["failure"] as string);
        }
    }

    private static StreamSource Find(string id)
    {
        StreamSource? source = null;
        Known.AddOrUpdate(
            id,
            _ => new WeakReference<StreamSource>(source = new StreamSource(id)),
            (_, known) => known.TryGetTarget(out source) ? known : new WeakReference<StreamSource>(source = new StreamSource(id)));
        if (Known.Count > _mostKnown)
        {
            Forget();
        }

        return source!;
    }

    /// <summary>Removes the requests that no chunk refers to any longer.</summary>
    private static void Forget()
    {
        foreach (var known in Known)
        {
            if (!known.Value.TryGetTarget(out _))
            {
                Known.TryRemove(known.Key, out _);
            }
        }

        _mostKnown = Math.Max(64, Known.Count * 2);
    }
}
