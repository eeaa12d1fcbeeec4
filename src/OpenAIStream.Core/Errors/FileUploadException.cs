namespace OpenAIStream;

/// <summary>
/// An earlier call asked the service to complete an upload in parts, and its answer was lost. The service now refuses to
/// complete it, so the file may or may not be stored. It is not uploaded again, because it could then be stored twice.
/// </summary>
/// <param name="message">A description of the error.</param>
/// <param name="innerException">The service's refusal.</param>
public sealed class FileUploadException(string message, Exception? innerException = null) : ApiException(message, innerException);
