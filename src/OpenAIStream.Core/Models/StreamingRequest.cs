namespace OpenAIStream;

/// <summary>A request to an API that can stream. A property that is null is not sent; an empty list is sent.</summary>
public abstract class StreamingRequest : JsonModel
{
    /// <summary>The model to use, or on Azure the name of the deployment.</summary>
    public string? Model { get => GetString("model"); set => SetOrRemove("model", value); }

    /// <summary>A stable name for the end user, for abuse detection.</summary>
    public string? User { get => GetString("user"); set => SetOrRemove("user", value); }

    /// <summary>A field of an object in the request; null if there is none.</summary>
    private protected object? FindIn(string owner, string field) => GetModel<JsonMap>(owner)?.Find(field);

    /// <summary>Sets a field of an object in the request; null removes it, and the object with its last field.</summary>
    private protected void SetIn(string owner, string field, object? value)
    {
        var map = (JsonMap?)GetModel<JsonMap>(owner)?.Copy() ?? new JsonMap(); // the caller's own object is not changed
        if (value is null)
        {
            map.Remove(field);
        }
        else
        {
            map[field] = value;
        }

        SetOrRemove(owner, map.Fields.Length > 0 ? map : null);
    }

    /// <summary>The body to send; the request itself is not changed.</summary>
    internal byte[] ToBody(bool stream)
    {
        var copy = Copy();
        copy["stream"] = stream; // some services stream by default
        if (!stream)
        {
            copy.Remove("stream_options");
        }

        return JsonModelWriter.ToUtf8(copy);
    }
}
