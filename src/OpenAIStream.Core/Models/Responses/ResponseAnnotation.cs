namespace OpenAIStream;

/// <summary>What a piece of text refers to: a page, a file.</summary>
public sealed class ResponseAnnotation : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<ResponseAnnotation>(static () => new());

    /// <summary>The kind: url_citation, file_citation, container_file_citation, file_path.</summary>
    public string? Type => GetString("type");

    /// <summary>The page.</summary>
    public string? Url => GetString("url");

    /// <summary>The page's title.</summary>
    public string? Title => GetString("title");

    /// <summary>The file's id.</summary>
    public string? FileId => GetString("file_id");

    /// <summary>The file's name.</summary>
    public string? Filename => GetString("filename");

    /// <summary>Where the file is.</summary>
    public string? ContainerId => GetString("container_id");

    /// <summary>Where in the list of files it is.</summary>
    public int? Index => GetInt32("index");

    /// <summary>The first character of the text it is about.</summary>
    public int? StartIndex => GetInt32("start_index");

    /// <summary>The character after the last.</summary>
    public int? EndIndex => GetInt32("end_index");

    /// <summary>What it refers to: the page's address, or the file's name or id.</summary>
    public override string ToString() => Url ?? Filename ?? FileId ?? base.ToString();
}
