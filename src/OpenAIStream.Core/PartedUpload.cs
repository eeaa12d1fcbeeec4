namespace OpenAIStream;

/// <summary>
/// The upload of one file in parts. The service does not list the parts that it has received: the caller has to keep their
/// ids, and their size says which part they are.
/// </summary>
internal sealed class PartedUpload(OpenAIClient client, FileUpload upload, long partSize, RequestOptions? options)
{
    /// <exception cref="ApiException">The service refused the file, or the network failed.</exception>
    public async Task<OpenAIFile> RunAsync(CancellationToken stop)
    {
        if (upload.IsCompleting)
        {
            return await CompleteAgainAsync((FileUploadState)upload.ResumeFrom!.Copy(), stop).ConfigureAwait(false);
        }

        if (upload.ResumeFrom is { UploadId: not null } earlier && earlier.Bytes == upload.Length && earlier.PartSize == partSize
            && !(earlier.ExpiresAt <= client.Options.TimeProvider.GetUtcNow()))
        {
            var state = (FileUploadState)earlier.Copy();
            bool areSent = false;
            try
            {
                await SendPartsAsync(state, stop).ConfigureAwait(false);
                areSent = true;
                return await CompleteAsync(state, stop).ConfigureAwait(false);
            }
            catch (ApiStatusException exception) when (!exception.MayHaveActed && (exception is NotFoundException or ConflictException || (exception is BadRequestException && !areSent)))
            {
                // The service no longer knows the upload, or has ended it. If it refuses all parts together as a bad request,
                // it would do so again.
            }
        }

        var begun = await BeginAsync(stop).ConfigureAwait(false);
        await SendPartsAsync(begun, stop).ConfigureAwait(false);
        return await CompleteAsync(begun, stop).ConfigureAwait(false);
    }

    private async Task<FileUploadState> BeginAsync(CancellationToken stop)
    {
        var fields = upload.Fields();
        fields["filename"] = upload.FileName;
        fields["bytes"] = upload.Length;
        fields["mime_type"] = upload.ContentType;
        var answer = await AskAsync("uploads", fields, true, stop).ConfigureAwait(false);
        var state = new FileUploadState { UploadId = IdOf(answer), Bytes = upload.Length, PartSize = partSize };
        state["expires_at"] = answer["expires_at"];
        return state;
    }

    private async Task SendPartsAsync(FileUploadState state, CancellationToken stop)
    {
        for (long start = state.SentBytes; start < upload.Length; start = state.SentBytes)
        {
            long length = Math.Min(partSize, upload.Length - start);
            long from = start;
            var form = new RequestForm().AddFile("data", upload.FileName, () => upload.Open(from, length), length);
            var part = await AskAsync(PathOf(state) + "/parts", form, true, stop).ConfigureAwait(false);
            state.PartIds = [.. state.PartIds, IdOf(part)];
            upload.OnPart?.Invoke((FileUploadState)state.Copy());
        }
    }

    private async Task<OpenAIFile> CompleteAsync(FileUploadState state, CancellationToken stop)
    {
        upload.Check();
        Note(state, isCompleting: true); // if the answer is lost, the file may be there
        try
        {
            return await AskToCompleteAsync(state, stop).ConfigureAwait(false);
        }
        catch (ApiException exception) when (!exception.MayHaveActed && exception is ApiStatusException or ApiConnectionException)
        {
            Note(state, isCompleting: false);
            throw;
        }
    }

    /// <summary>
    /// Asks again to complete an upload if the answer was lost. A refusal does not say whether the file is there, and
    /// another upload could store it twice.
    /// </summary>
    private async Task<OpenAIFile> CompleteAgainAsync(FileUploadState state, CancellationToken stop)
    {
        try
        {
            return await AskToCompleteAsync(state, stop).ConfigureAwait(false);
        }
        catch (ApiStatusException refused) when (refused is BadRequestException or NotFoundException or ConflictException)
        {
            throw new FileUploadException(
                FormattableString.Invariant($"The answer to an earlier request to complete the upload of '{upload.FileName}' was lost, so the service may have stored the file, and it refuses to complete the upload again. ") +
                FormattableString.Invariant($"Look for a stored file with that name, {upload.Length} bytes and the purpose '{upload.Purpose}'. If there is none, upload the file again without the earlier state ({state.UploadId}). {refused.Message}"),
                refused)
            {
                Code = refused.Code,
                Type = refused.Type,
                Param = refused.Param,
                RequestId = refused.RequestId,
                Body = refused.Body,
            };
        }
    }

    private void Note(FileUploadState state, bool isCompleting)
    {
        state.IsCompleting = isCompleting;
        upload.OnPart?.Invoke((FileUploadState)state.Copy());
    }

    private async Task<OpenAIFile> AskToCompleteAsync(FileUploadState state, CancellationToken stop)
    {
        var whole = await AskAsync(PathOf(state) + "/complete", new JsonMap { ["part_ids"] = state.PartIds }, false, stop).ConfigureAwait(false);
        return whole["file"] is JsonMap file
            ? upload.Checked(JsonModel.FromJson<OpenAIFile>(file.ToJson()))
            : throw new ResponseFormatException("The service has received all parts of the file, but its response contains no file.") { Body = whole.ToJson() };
    }

    private static string PathOf(FileUploadState state) => "uploads/" + PathSegment.Escape(state.UploadId!, "the id of an upload");

    private static string IdOf(JsonMap answer) =>
        answer["id"] as string ?? throw new ResponseFormatException("The response is JSON, but it has no id. Check whether the service supports uploads in parts.") { Body = answer.ToJson() };

    // Sending a part twice does no harm: the parts whose ids complete the file count.
    private Task<JsonMap> AskAsync(string path, RequestBody? body, bool isRepeatable, CancellationToken stop) =>
        client.AskAsync<JsonMap>(new ApiRequest(HttpMethod.Post, path, body, false, options) { IsRepeatable = isRepeatable }, stop);
}
