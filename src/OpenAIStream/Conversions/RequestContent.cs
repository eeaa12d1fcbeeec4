using System.Collections;
using System.Management.Automation;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>Creates the body of a request of Invoke-OpenAIRequest from the parameters.</summary>
internal static class RequestContent
{
    private const string FileField = "file";

    /// <exception cref="ArgumentException">It cannot be sent.</exception>
    /// <exception cref="FormatException">The media type is not valid.</exception>
    /// <exception cref="InputFileException">The file does not exist.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static RequestBody? Of(InvokeOpenAIRequestCommand command)
    {
        string? file = command.InFile is null ? null : InputFiles.FindLiteral(command.SessionState, [command.InFile]).First();
        return command.Form is not null ? OfForm((IDictionary)PlainValue.Base(command.Form), file, command.Stream)
            : file is not null ? RequestBody.FromFile(file, command.ContentType)
            : command.Body is null ? null
            : OfValue(command.Body, command.ContentType, command.Stream);
    }

    private static RequestForm OfForm(IDictionary fields, string? file, bool isStream)
    {
        var form = new RequestForm();
        foreach (DictionaryEntry field in fields)
        {
            string name = Convert.ToString(field.Key, System.Globalization.CultureInfo.InvariantCulture)!;
            object? value = PlainValue.Base(field.Value);
            object?[] items = value is IEnumerable list and not (string or IDictionary or JsonModel) ? [.. list.Cast<object?>().Select(PlainValue.Base)] : [value];
            if (items.Length > 0 && Array.TrueForAll(items, static item => item is FileInfo))
            {
                foreach (var one in items.Cast<FileInfo>())
                {
                    form.AddFile(name, one.FullName);
                }
            }
            else
            {
                form.Add(new Hashtable { [name] = field.Value }.ToMap(nameof(InvokeOpenAIRequestCommand.Form)));
            }
        }

        if (isStream && !fields.Contains("stream"))
        {
            form.Add("stream", "true");
        }

        return file is null ? form : form.AddFile(FileField, file);
    }

    private static RequestBody OfValue(PSObject body, string? contentType, bool isStream)
    {
        switch (PlainValue.Base(body))
        {
            case string text when contentType is null or "application/json":
                return OfJson(text, isStream);
            case string text:
                return RequestBody.FromText(text, contentType!);
            case byte[] bytes:
                return RequestBody.FromBytes(bytes, contentType ?? "application/octet-stream");
            case var _ when contentType is not null:
                throw new ArgumentException("-ContentType is the type of text, bytes or a file. A hashtable or an object is sent as JSON.");
            default:
                break;
        }

        // A separate object, so that the value is sent unchanged, without what a model checks and stores.
        var holder = new Hashtable { ["body"] = body }.ToMap(nameof(InvokeOpenAIRequestCommand.Body));
        return holder["body"] is JsonModel fields
            ? RequestBody.FromJson(isStream ? Streaming(fields) : fields)
            : RequestBody.FromText(JsonOf(holder["body"]));
    }

    private static RequestBody OfJson(string text, bool isStream)
    {
        JsonMap? fields;
        try
        {
            using var document = JsonDocument.Parse(text);
            fields = document.RootElement.ValueKind == JsonValueKind.Object ? JsonModel.FromJson<JsonMap>(text) : null;
        }
        catch (JsonException exception)
        {
            throw new ArgumentException($"The text in -Body is not valid JSON: {exception.Message} Specify a hashtable, or the type of the text with -ContentType.", exception);
        }

        return fields is null ? RequestBody.FromText(text) : RequestBody.FromJson(isStream ? Streaming(fields) : fields);
    }

    private static JsonModel Streaming(JsonModel fields)
    {
        if (fields.Contains("stream"))
        {
            return fields;
        }

        var streaming = JsonModel.FromJson<JsonMap>(fields.ToJson());
        streaming["stream"] = true;
        return streaming;
    }

    /// <summary>A list or a simple value as JSON: the value of the only field of an object.</summary>
    private static string JsonOf(object? value)
    {
        string json = new JsonMap { ["x"] = value }.ToJson();
        return json.Substring(5, json.Length - 6);
    }
}
