namespace OpenAIStream;

/// <summary>A request to an API that can stream. A property that is null is not sent; an empty list is sent.</summary>
public abstract class StreamingRequest : JsonModel
{
    /// <summary>The model to ask, or the deployment's name on Azure.</summary>
    public string? Model { get => GetString("model"); set => SetOrRemove("model", value); }

    /// <summary>A stable name for the end user, for the service's abuse detection.</summary>
    public string? User { get => GetString("user"); set => SetOrRemove("user", value); }

    /// <summary>A field of an object that the request holds; null where there is none.</summary>
    private protected object? FindIn(string owner, string field) => GetModel<JsonMap>(owner)?.Find(field);

    /// <summary>Sets a field of an object that the request holds; null takes it away, and the object with its last field.</summary>
    private protected void SetIn(string owner, string field, object? value)
    {
        var map = (JsonMap?)GetModel<JsonMap>(owner)?.Copy() ?? new JsonMap(); // the caller's own object stays as it is
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

    /// <summary>The body to send; the request itself stays as it is.</summary>
    internal byte[] ToBody(bool stream)
    {
        var copy = Copy();
        copy["stream"] = stream; // some services stream where nothing is said
        if (!stream)
        {
            copy.Remove("stream_options");
        }

        return JsonModelWriter.ToUtf8(copy);
    }
}
