using System.Text;

namespace OpenAIStream;

/// <summary>A body of type <c>multipart/form-data</c> (RFC 7578), in memory so that it can be sent again.</summary>
internal sealed class MultipartForm : IDisposable
{
    private readonly string _boundary = "----OpenAIStream" + Guid.NewGuid().ToString("N");
    private readonly MemoryStream _bytes = new();

    public string ContentType => $"multipart/form-data; boundary={_boundary}";

    /// <summary>The fields of a request, and whether it streams. The request itself stays as it is.</summary>
    public void Add(StreamingRequest request, bool stream)
    {
        var fields = request.Copy();
        fields["stream"] = stream;
        AddFields(fields, static name => name);
    }

    /// <summary>A file, with the media type that its content or its name shows: services refuse images without one.</summary>
    public void AddFile(string name, string fileName, byte[] content)
    {
        string type = MediaKind.TypeOf(content, fileName);
        Write($"--{_boundary}\r\nContent-Disposition: form-data; name=\"{Escape(name)}\"; filename=\"{Escape(fileName)}\"\r\nContent-Type: {type}\r\n\r\n");
        _bytes.Write(content, 0, content.Length);
        Write("\r\n");
    }

    public byte[] ToBytes()
    {
        Write($"--{_boundary}--\r\n");
        return _bytes.ToArray();
    }

    public void Dispose() => _bytes.Dispose();

    private void AddFields(JsonModel fields, Func<string, string> nameOf)
    {
        for (int i = 0; i < fields.Fields.Length; i++)
        {
            AddValue(nameOf(fields.Fields[i].Name), JsonLongText.Read(fields.Values[i]));
        }
    }

    /// <summary>As the official clients write it: items of a list as <c>name[]</c>, fields of an object as <c>name[field]</c>; null is left out.</summary>
    private void AddValue(string name, object? value)
    {
        switch (value)
        {
            case null:
                break;
            case JsonModel fields:
                AddFields(fields, field => $"{name}[{field}]");
                break;
            case Array items:
                foreach (object? item in items)
                {
                    AddValue(name + "[]", item);
                }

                break;
            default:
                string text = value as string ?? JsonModelWriter.ToText(value);
                Write($"--{_boundary}\r\nContent-Disposition: form-data; name=\"{Escape(name)}\"\r\n\r\n{text}\r\n");
                break;
        }
    }

    private void Write(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        _bytes.Write(bytes, 0, bytes.Length);
    }

    // As browsers do it: a name must end neither its quotes nor its line.
    private static string Escape(string name) => name.Replace("\"", "%22").Replace("\r", "%0D").Replace("\n", "%0A");
}
