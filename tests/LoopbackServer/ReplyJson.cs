using System.Text.Json;

namespace OpenAIStream.Loopback;

/// <summary>Reads replies from a JSON script.</summary>
internal static class ReplyJson
{
    /// <summary>One reply or an array of them.</summary>
    public static Reply[] ParseAll(string json)
    {
        using var script = Read(json);
        return script.RootElement.ValueKind == JsonValueKind.Array
            ? [.. script.RootElement.EnumerateArray().Select(ParseReply)]
            : [ParseReply(script.RootElement)];
    }

    public static Reply ParseOne(string json)
    {
        var replies = ParseAll(json);
        return replies.Length == 1 ? replies[0] : throw new BadScriptException($"One reply is wanted here, not {replies.Length}.");
    }

    private static JsonDocument Read(string json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException e)
        {
            throw new BadScriptException($"The script is not JSON: {e.Message}");
        }
    }

    private static Reply ParseReply(JsonElement script)
    {
        if (script.ValueKind != JsonValueKind.Object)
        {
            throw new BadScriptException($"A reply is a JSON object, not {script.GetRawText()}.");
        }

        return script.EnumerateObject().Aggregate(new Reply(), AddProperty);
    }

    private static Reply AddProperty(Reply reply, JsonProperty property) => property.Name switch
    {
        "method" => reply.For(Text(property), reply.Path),
        "path" => reply.For(reply.Method, Text(property)),
        "times" => reply.Times(Number(property, 1)),
        "status" => reply.Status(Number(property, 100)),
        "contentLength" => reply.ContentLength(Number(property, 0)),
        "headers" => AddHeaders(reply, property.Value),
        "steps" => AddSteps(reply, property.Value),
        _ => throw new BadScriptException(
            $"Unknown property \"{property.Name}\" of a reply. Known: method, path, times, status, contentLength, headers, steps."),
    };

    private static Reply AddHeaders(Reply reply, JsonElement headers) => headers.ValueKind == JsonValueKind.Object
        ? headers.EnumerateObject().Aggregate(reply, AddHeader)
        : throw new BadScriptException($"\"headers\" is an object of names and values, not {headers.GetRawText()}.");

    // A list of values sends the header once for each value.
    private static Reply AddHeader(Reply reply, JsonProperty header) => header.Value.ValueKind == JsonValueKind.Array
        ? header.Value.EnumerateArray().Aggregate(reply, (sum, value) => AddHeader(sum, header.Name, Text(header.Name, value)))
        : AddHeader(reply, header.Name, Text(header));

    private static Reply AddHeader(Reply reply, string name, string value)
    {
        try
        {
            return reply.Header(name, value);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new BadScriptException($"\"{name}\" is a number of bytes, not \"{value}\".");
        }
    }

    private static Reply AddSteps(Reply reply, JsonElement steps) => steps.ValueKind == JsonValueKind.Array
        ? steps.EnumerateArray().Aggregate(reply, AddStep)
        : throw new BadScriptException($"\"steps\" is an array of steps, not {steps.GetRawText()}.");

    private static Reply AddStep(Reply reply, JsonElement step)
    {
        if (step.ValueKind != JsonValueKind.Object)
        {
            throw new BadScriptException($"A step is a JSON object, not {step.GetRawText()}.");
        }

        if (step.TryGetProperty("sendFile", out _))
        {
            return AddFile(reply, step);
        }

        JsonProperty[] properties = [.. step.EnumerateObject()];
        return properties.Length == 1
            ? AddStep(reply, properties[0])
            : throw new BadScriptException($"A step says one thing, not {step.GetRawText()}.");
    }

    private static Reply AddStep(Reply reply, JsonProperty step) => step.Name switch
    {
        "send" => reply.Send(Text(step)),
        "sendBase64" => reply.Send(Base64(step)),
        "comment" => reply.Comment(Text(step)),
        "delayMs" => reply.Delay(Number(step, 0)),
        "waitFor" => reply.WaitFor(Text(step)),
        "flush" when IsTrue(step) => reply.Flush(),
        "stall" when IsTrue(step) => reply.Stall(),
        "cut" when IsTrue(step) => reply.Cut(),
        "reset" when IsTrue(step) => reply.Reset(),
        "ping" when IsTrue(step) => reply.Ping(),
        "close" => reply.Close(Number(step, 0)),
        "fragments" => reply.Fragments([.. step.Value.EnumerateArray().Select(static text => Text("fragments", text))]),
        "goAway" when IsTrue(step) => reply.GoAway(),
        _ => throw new BadScriptException(
            $"Unknown step \"{step.Name}\". Known: send, sendBase64, sendFile, comment, delayMs, waitFor, flush, stall, cut, reset, goAway, ping, close, fragments."),
    };

    private static Reply AddFile(Reply reply, JsonElement step)
    {
        string path = "";
        int pieceBytes = 0;
        int delay = 0;
        foreach (var option in step.EnumerateObject())
        {
            switch (option.Name)
            {
                case "sendFile": path = Text(option); break;
                case "pieceBytes": pieceBytes = Number(option, 0); break;
                case "delayMs": delay = Number(option, 0); break;
                default: throw new BadScriptException($"Unknown option \"{option.Name}\" of sendFile. Known: pieceBytes, delayMs.");
            }
        }

        try
        {
            return reply.SendFile(path, pieceBytes, delay);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new BadScriptException($"sendFile cannot read its file: {e.Message}");
        }
    }

    private static string Text(JsonProperty property) => Text(property.Name, property.Value);

    private static string Text(string name, JsonElement value) => value.ValueKind == JsonValueKind.String
        ? value.GetString()!
        : throw new BadScriptException($"\"{name}\" is a string, not {value.GetRawText()}.");

    private static int Number(JsonProperty property, int least) =>
        property.Value.ValueKind == JsonValueKind.Number && property.Value.TryGetInt32(out int number) && number >= least
            ? number
            : throw new BadScriptException($"\"{property.Name}\" is a whole number from {least} up, not {property.Value.GetRawText()}.");

    private static bool IsTrue(JsonProperty property) => property.Value.ValueKind == JsonValueKind.True
        ? true
        : throw new BadScriptException($"\"{property.Name}\" is true or left out, not {property.Value.GetRawText()}.");

    private static byte[] Base64(JsonProperty property) => property.Value.ValueKind == JsonValueKind.String
        && property.Value.TryGetBytesFromBase64(out byte[]? bytes)
        ? bytes
        : throw new BadScriptException($"\"{property.Name}\" is Base64, not {property.Value.GetRawText()}.");
}
