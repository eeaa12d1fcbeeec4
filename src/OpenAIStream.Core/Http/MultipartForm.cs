using System.Text;

namespace OpenAIStream;

/// <summary>A body of type <c>multipart/form-data</c> (RFC 7578), in memory so that it can be sent again.</summary>
internal sealed class MultipartForm : IDisposable
{
    private readonly string _boundary = "----OpenAIStream" + Guid.NewGuid().ToString("N");
    private readonly MemoryStream _bytes = new();

    public string ContentType => $"multipart/form-data; boundary={_boundary}";

    /// <summary>Each field of an object: text as it is, other values as JSON, those of a list one by one.</summary>
    public void Add(JsonModel fields)
    {
        for (int i = 0; i < fields.Fields.Length; i++)
        {
            string name = fields.Fields[i].Name;
            if (fields.Values[i] is object?[] items)
            {
                foreach (object? item in items)
                {
                    AddField(name + "[]", item);
                }
            }
            else
            {
                AddField(name, fields.Values[i]);
            }
        }
    }

    public void AddFile(string name, string fileName, byte[] content)
    {
        Write($"--{_boundary}\r\nContent-Disposition: form-data; name=\"{Escape(name)}\"; filename=\"{Escape(fileName)}\"\r\nContent-Type: application/octet-stream\r\n\r\n");
        _bytes.Write(content, 0, content.Length);
        Write("\r\n");
    }

    public byte[] ToBytes()
    {
        Write($"--{_boundary}--\r\n");
        return _bytes.ToArray();
    }

    public void Dispose() => _bytes.Dispose();

    private void AddField(string name, object? value)
    {
        if (value is not null)
        {
            string text = value as string ?? JsonModelWriter.ToText(value);
            Write($"--{_boundary}\r\nContent-Disposition: form-data; name=\"{Escape(name)}\"\r\n\r\n{text}\r\n");
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
