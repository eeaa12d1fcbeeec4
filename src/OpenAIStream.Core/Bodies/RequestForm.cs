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

    /// <summary>The parts in order.</summary>
    internal IReadOnlyList<FormPart> Parts => _parts;

    private string End => $"--{_boundary}--\r\n";

    /// <summary>Adds a field. Returns this form.</summary>
    public RequestForm Add(string name, string value)
    {
        Guard.NotNull(name, nameof(name));
        Guard.NotNull(value, nameof(value));
        _parts.Add(FormPart.Of(name, null, Encoding.UTF8.GetBytes(value), null));
        return this;
    }

    /// <summary>
    /// Adds the fields of an object as the official clients write them: items of a list as <c>name[]</c>, fields of an
    /// object as <c>name[field]</c>; null is omitted. Returns this form.
    /// </summary>
    public RequestForm Add(JsonModel fields)
    {
        Guard.NotNull(fields, nameof(fields));
        AddFields(fields, static name => name);
        return this;
    }

    /// <summary>Adds a file; its media type is detected from its content or its name. Returns this form.</summary>
    /// <param name="name">The name of the field.</param>
    /// <param name="path">The file. If it changes before it is sent, the request fails.</param>
    /// <exception cref="IOException">The file does not exist, cannot be read, is empty, or is not a regular file (a device, a pipe).</exception>
    public RequestForm AddFile(string name, string path)
    {
        var file = SentFile.At(path);
        return AddFile(name, Path.GetFileName(path), file.Open, file.Length, file.ContentType);
    }

    /// <summary>Adds a file that is in memory. Returns this form.</summary>
    /// <param name="name">The name of the field.</param>
    /// <param name="fileName">The file name that is sent to the service.</param>
    /// <param name="content">The bytes of the file.</param>
    public RequestForm AddFile(string name, string fileName, byte[] content)
    {
        Guard.NotNull(name, nameof(name));
        Guard.NotNull(fileName, nameof(fileName));
        Guard.NotNull(content, nameof(content));

        // Services refuse images without a media type.
        _parts.Add(FormPart.Of(name, fileName, content, MediaKind.TypeOf(content, fileName)));
        return this;
    }

    /// <summary>Adds a file that is read while it is sent. Returns this form.</summary>
    /// <param name="name">The name of the field.</param>
    /// <param name="fileName">The file name that is sent to the service.</param>
    /// <param name="open">Opens the content at its beginning, again for each attempt. The client disposes what it opens.</param>
    /// <param name="length">The number of bytes; null if unknown, which not every server accepts.</param>
    /// <param name="contentType">The media type of the file.</param>
    public RequestForm AddFile(string name, string fileName, Func<Stream> open, long? length, string contentType = "application/octet-stream")
    {
        Guard.NotNull(name, nameof(name));
        Guard.NotNull(fileName, nameof(fileName));
        Guard.NotNull(open, nameof(open));
        _parts.Add(new FormPart(name, fileName, open, length, contentType));
        return this;
    }

    /// <summary>Adds the fields of a request, and whether it streams. The request itself is not changed.</summary>
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
            AddValue(nameOf(fields.Fields[i].Name), JsonLongText.Read(fields.ValueAt(i)));
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

    // As browsers do: a name must not end its quotes or its line.
    private static string Escape(string name) => name.Replace("\"", "%22").Replace("\r", "%0D").Replace("\n", "%0A");
}
