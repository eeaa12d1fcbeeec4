using System.Globalization;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// A file that remembers uploads: JSON with an entry for each file, by its path. An entry belongs to the same upload if the
/// size and modification time of the file, the purpose and the service are the same. The file is replaced as a whole, so
/// that no crash damages it.
/// </summary>
internal sealed class UploadCheckpoint
{
    private readonly string _path;
    private readonly JsonMap _entries;

    private UploadCheckpoint(string path, JsonMap entries)
    {
        _path = path;
        _entries = entries;
    }

    /// <summary>Why an entry could not be written; null if all could. An upload continues without.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Reads or creates the file; if it is not a checkpoint, the cmdlet ends before anything is sent.</summary>
    public static UploadCheckpoint Read(PSCmdlet cmdlet, string path)
    {
        string full = OutputFile.Checkpoint(cmdlet, path);
        try
        {
            return new UploadCheckpoint(full, File.Exists(full) ? JsonModel.FromJson<JsonMap>(File.ReadAllText(full)) : new JsonMap());
        }
        catch (System.Text.Json.JsonException)
        {
            cmdlet.ThrowTerminatingError(Errors.BadArgument($"'{full}' is not a checkpoint file. Specify another file.", path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            cmdlet.ThrowTerminatingError(Errors.FileNotReadable(exception, full));
        }

        throw new InvalidOperationException(); // never reached
    }

    /// <summary>The entry of a file.</summary>
    public Entry Of(string file, FileUpload upload, OpenAIClient client)
    {
        if (upload.PartSize is null && upload.Length > FileUpload.LargestPart)
        {
            upload.PartSize = FileUpload.LargestPart; // otherwise there would be nothing to continue from
        }

        var fields = new JsonMap
        {
            ["to"] = client.BaseAddress.ToString(),
            ["purpose"] = upload.Purpose,
            ["size"] = upload.Length,
            ["modified"] = upload.LastWriteTime?.ToString("O", CultureInfo.InvariantCulture),
        };
        return new Entry(this, file, fields, _entries[file] is JsonMap known && fields.GetFieldNames().All(name => Equals(known[name], fields[name])) ? known : null);
    }

    private void Write(string file, JsonMap entry)
    {
        _entries[file] = entry;
        string temporary = _path + ".tmp";
        try
        {
            File.WriteAllText(temporary, _entries.ToJson(indented: true));
            if (File.Exists(_path))
            {
                File.Replace(temporary, _path, null);
            }
            else
            {
                File.Move(temporary, _path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Fault ??= exception; // later ones follow from the first
        }
    }

    /// <summary>What is remembered about one file.</summary>
    /// <param name="checkpoint">The path of the file.</param>
    /// <param name="file">The file.</param>
    /// <param name="fields">The fields that identify this upload.</param>
    /// <param name="known">What was remembered about the same upload; null if nothing was.</param>
    internal sealed class Entry(UploadCheckpoint checkpoint, string file, JsonMap fields, JsonMap? known)
    {
        /// <summary>The file at the service; null if it has not been uploaded yet, or has expired.</summary>
        public OpenAIFile? Done => known?["file"] is JsonMap done && JsonModel.FromJson<OpenAIFile>(done.ToJson()) is var kept && !(kept.ExpiresAt <= DateTimeOffset.UtcNow) ? kept : null;

        /// <summary>The progress of the upload; null if it has not started.</summary>
        public FileUploadState? State => known?["upload"] is JsonMap state ? JsonModel.FromJson<FileUploadState>(state.ToJson()) : null;

        public void Note(FileUploadState state) => Write("upload", state);

        public void Finish(OpenAIFile done) => Write("file", done);

        private void Write(string name, JsonModel value)
        {
            var entry = JsonModel.FromJson<JsonMap>(fields.ToJson());
            entry[name] = value;
            checkpoint.Write(file, entry);
        }
    }
}
