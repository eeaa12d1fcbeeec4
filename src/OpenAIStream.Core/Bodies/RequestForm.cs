using System.Text;

namespace OpenAIStream;

/// <summary>A body of type <c>multipart/form-data</c> (RFC 7578): fields, and files that are read while they are sent.</summary>
public sealed class RequestForm : RequestBody
{
    private readonly string _boundary = "----OpenAIStream" + Guid.NewGuid().ToString("N");
    private readonly List<FormPart> _parts = [];

    /// <summary>The media type, with the boundary between the parts.</summary>
    public override string ContentType => $"multipart/form-data; boundary={_boundary}";

    /// <inheritdoc/>
    public override long? Length
    {
        get
        {
            long? length = Encoding.UTF8.GetByteCount(End);
            foreach (var part in _parts)
            {
                length += Encoding.UTF8.GetByteCount(Head(part)) + part.Length + 2;
            }

            return length;
        }
    }

    /// <summary>The parts in their order.</summary>
    internal IReadOnlyList<FormPart> Parts => _parts;

    private string End => $"--{_boundary}--\r\n";

    /// <summary>Adds a field. Returns the form.</summary>
    public RequestForm Add(string name, string value)
    {
        Guard.NotNull(name, nameof(name));
        Guard.NotNull(value, nameof(value));
        _parts.Add(FormPart.Of(name, null, Encoding.UTF8.GetBytes(value), null));
        return this;
    }

    /// <summary>
    /// Adds an object's fields as the official clients write them: items of a list as <c>name[]</c>, fields of an object as
    /// <c>name[field]</c>; null is left out. Returns the form.
    /// </summary>
    public RequestForm Add(JsonModel fields)
    {
        Guard.NotNull(fields, nameof(fields));
        AddFields(fields, static name => name);
        return this;
    }

    /// <summary>Adds a file, with the media type that its content or its name shows. Returns the form.</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="path">The file. What is written to it later is not sent.</param>
    /// <exception cref="IOException">There is no such file, or it cannot be read, or is empty or no file (a device, a pipe).</exception>
    public RequestForm AddFile(string name, string path)
    {
        var file = SentFile.At(path);
        return AddFile(name, Path.GetFileName(path), file.Open, file.Length, file.ContentType);
    }

    /// <summary>Adds a file that is in memory. Returns the form.</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="fileName">The name that the service is told.</param>
    /// <param name="content">The file's bytes.</param>
    public RequestForm AddFile(string name, string fileName, byte[] content)
    {
        Guard.NotNull(name, nameof(name));
        Guard.NotNull(fileName, nameof(fileName));
        Guard.NotNull(content, nameof(content));

        // Services refuse images without their type.
        _parts.Add(FormPart.Of(name, fileName, content, MediaKind.TypeOf(content, fileName)));
        return this;
    }

    /// <summary>Adds a file that is read while it is sent. Returns the form.</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="fileName">The name that the service is told.</param>
    /// <param name="open">Opens it at its beginning, for each attempt anew. What it opens is disposed of.</param>
    /// <param name="length">How many bytes there are; null where that is not known, which not every server takes.</param>
    /// <param name="contentType">Its media type.</param>
    public RequestForm AddFile(string name, string fileName, Func<Stream> open, long? length, string contentType = "application/octet-stream")
    {
        Guard.NotNull(name, nameof(name));
        Guard.NotNull(fileName, nameof(fileName));
        Guard.NotNull(open, nameof(open));
        _parts.Add(new FormPart(name, fileName, open, length, contentType));
        return this;
    }

    /// <summary>The fields of a request, and whether it streams. The request itself stays as it is.</summary>
    internal void Add(StreamingRequest request, bool stream)
    {
        var fields = request.Copy();
        fields["stream"] = stream;
        Add(fields);
    }

    internal override IEnumerable<Stream> Open()
    {
        foreach (var part in _parts)
        {
            yield return new MemoryStream(Encoding.UTF8.GetBytes(Head(part)), writable: false);
            yield return part.Open();
            yield return new MemoryStream([(byte)'\r', (byte)'\n'], writable: false);
        }

        yield return new MemoryStream(Encoding.UTF8.GetBytes(End), writable: false);
    }

    private string Head(FormPart part)
    {
        string file = part.FileName is null ? "" : $"; filename=\"{Escape(part.FileName)}\"\r\nContent-Type: {part.ContentType}";
        return $"--{_boundary}\r\nContent-Disposition: form-data; name=\"{Escape(part.Name)}\"{file}\r\n\r\n";
    }

    private void AddFields(JsonModel fields, Func<string, string> nameOf)
    {
        for (int i = 0; i < fields.Fields.Length; i++)
        {
            AddValue(nameOf(fields.Fields[i].Name), JsonLongText.Read(fields.Values[i]));
        }
    }

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
                Add(name, value as string ?? JsonModelWriter.ToText(value));
                break;
        }
    }

    // As browsers do it: a name must end neither its quotes nor its line.
    private static string Escape(string name) => name.Replace("\"", "%22").Replace("\r", "%0D").Replace("\n", "%0A");
}
