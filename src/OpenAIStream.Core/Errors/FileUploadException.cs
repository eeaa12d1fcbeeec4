namespace OpenAIStream;

/// <summary>
/// The service does not complete an upload in parts that an earlier call asked it to complete, without learning the
/// outcome: the file may have been stored then. It is not uploaded again, because it could then be stored twice.
/// </summary>
/// <param name="message">A description of the error.</param>
/// <param name="innerException">The service's refusal.</param>
public sealed class FileUploadException(string message, Exception? innerException = null) : ApiException(message, innerException);
