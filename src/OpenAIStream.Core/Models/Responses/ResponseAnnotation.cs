namespace OpenAIStream;

/// <summary>A reference in a text: a page, a file.</summary>
public sealed class ResponseAnnotation : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<ResponseAnnotation>(static () => new());

    /// <summary>The kind: url_citation, file_citation, container_file_citation, file_path.</summary>
    public string? Type => GetString("type");

    /// <summary>The page.</summary>
    public string? Url => GetString("url");

    /// <summary>The title of the page.</summary>
    public string? Title => GetString("title");

    /// <summary>The id of the file.</summary>
    public string? FileId => GetString("file_id");

    /// <summary>The name of the file.</summary>
    public string? Filename => GetString("filename");

    /// <summary>The container of the file.</summary>
    public string? ContainerId => GetString("container_id");

    /// <summary>The index of the file in the list of files.</summary>
    public int? Index => GetInt32("index");

    /// <summary>The position of the first character of the text.</summary>
    public int? StartIndex => GetInt32("start_index");

    /// <summary>The position after the last character.</summary>
    public int? EndIndex => GetInt32("end_index");

    /// <summary>The target: the address of the page, or the name or id of the file.</summary>
    public override string ToString() => Url ?? Filename ?? FileId ?? base.ToString();
}
