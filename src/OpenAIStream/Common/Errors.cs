using System.Management.Automation;
using System.Text.RegularExpressions;

namespace OpenAIStream;

/// <summary>Exceptions as error records: one table of ids, categories, and what to do next.</summary>
internal static class Errors
{
    // https://github.com/PowerShell/PowerShell/pull/20826: before that, recommended actions are not shown.
    private static readonly bool ShowsActions = typeof(PSObject).Assembly.GetName().Version >= new Version(7, 5);

    public static ErrorRecord From(ApiException exception, object? target, string? advice = null)
    {
        var (id, category, action) = Describe(exception);
        action = (exception.MayHaveActed ? "The service may have acted on the request, so it was not sent again: check that first. " : "") + (advice ?? action);
        action += exception.ResponseId is string response
            ? $" The background response continues at the service. To get it, run Invoke-OpenAIResponse -ResumeFrom '{SafeText.OneLine(response)}'." : "";
        string message = Message(exception);
        var error = Record(exception, id, category, target);
        error.ErrorDetails = new ErrorDetails(ShowsActions ? message : $"{Sentence(message)} {action}") { RecommendedAction = action };
        return error;
    }

    /// <summary>
    /// A record whose text is safe for a terminal. Its TargetObject keeps the original object, which the text of the
    /// category names too. An exception of another library with unsafe text is replaced by its safe text.
    /// </summary>
    private static ErrorRecord Record(Exception exception, string id, ErrorCategory category, object? target)
    {
        var error = new ErrorRecord(Safe(exception) ?? new IOException(SafeText.Of(exception.Message)), id, category, target);
        error.CategoryInfo.TargetName = SafeText.OneLine(error.CategoryInfo.TargetName);
        return error;
    }

    /// <summary>An exception with a safe message; null for any other.</summary>
    private static Exception? Safe(Exception? exception) =>
        exception is null or ApiException || SafeText.IsSafe(exception.Message) ? exception : null;

    /// <summary>
    /// Adds to an error the input that it is about, as answers have it: Input and InputIndex. A caught record is a
    /// different object, which has only what its exception has, so the index is stored there too.
    /// </summary>
    public static ErrorRecord About(this ErrorRecord error, CmdletInput input)
    {
        error.Exception.Data["InputIndex"] = input.Index;
        var properties = PSObject.AsPSObject(error).Properties;
        properties.Add(new PSNoteProperty("Input", input.Value ?? error.TargetObject));
        properties.Add(new PSNoteProperty("InputIndex", input.Index));
        return error;
    }

    public static ErrorRecord BadArgument(string message, object? target) =>
        Record(new ArgumentException(SafeText.Of(message)), "BadArgument", ErrorCategory.InvalidArgument, target);

    public static ErrorRecord NotInteractive(string cmdlet, Exception? reason = null) =>
        Record(new InvalidOperationException($"{cmdlet} requires an interactive host. The input of this host is redirected, or it is not interactive. In a script, use Invoke-OpenAIChatCompletion with -History.", Safe(reason)),
            "NotInteractive", ErrorCategory.InvalidOperation, null);

    public static ErrorRecord BadPrompt(ArgumentException exception, object? target) =>
        exception is PromptException { IsEmpty: true }
            ? Record(exception, "EmptyPrompt", ErrorCategory.InvalidArgument, target)
            : Record(exception, "BadPrompt", ErrorCategory.InvalidArgument, target);

    public static ErrorRecord ConnectionNotFound(string name) =>
        Record(new ItemNotFoundException(SafeText.Of($"There is no connection named '{name}'. Get-OpenAIConnection lists the connections; Connect-OpenAI -Name creates one.")),
            "ConnectionNotFound", ErrorCategory.ObjectNotFound, name);

    public static ErrorRecord ConnectionClosed(OpenAIConnection connection) =>
        Record(new InvalidOperationException(SafeText.Of($"The connection {connection} was disconnected. Connect again: Connect-OpenAI -Name '{connection.Name}'.")),
            "ConnectionClosed", ErrorCategory.ResourceUnavailable, connection);

    public static ErrorRecord ConnectionDiffers(OpenAIConnection here, string? there) =>
        Record(new ItemNotFoundException(SafeText.Of($"The connection '{here.Name}' of this session leads to {here.BaseUri}, not to {there}. Connect-OpenAI -Name creates a connection with another name.")),
            "ConnectionDiffers", ErrorCategory.ObjectNotFound, here.Name);

    public static ErrorRecord ModelNotFound(string name) =>
        Record(new ItemNotFoundException(SafeText.Of($"The service offers no model named '{name}'. Get-OpenAIModel lists the models.")),
            "ModelNotFound", ErrorCategory.ObjectNotFound, name);

    public static ErrorRecord ModelMissing(string cmdlet, DefaultModels defaults, object? target) =>
        new(new ArgumentException($"{cmdlet} needs the name of a model. {defaults.Remark} Specify a model of your server with {defaults.Ways}, or use Invoke-OpenAIChatCompletion."),
            "ModelMissing", ErrorCategory.InvalidArgument, target);

    public static ErrorRecord SecretModuleMissing(string name) =>
        Record(new CommandNotFoundException(SafeText.Of($"The secret '{name}' cannot be read, because the command Get-Secret was not found. To install it, run Install-Module Microsoft.PowerShell.SecretManagement.")),
            "SecretManagementMissing", ErrorCategory.NotInstalled, name);

    public static ErrorRecord SecretNotFound(string name, Exception? reason) =>
        Record(new ItemNotFoundException(SafeText.Of($"No vault returned the secret '{name}'{(reason is null ? "." : $": {reason.Message}")} Get-SecretInfo lists the secrets."), Safe(reason)),
            "SecretNotFound", ErrorCategory.ObjectNotFound, name);

    public static ErrorRecord SecretNotText(string name) =>
        Record(new ArgumentException(SafeText.Of($"The secret '{name}' is neither a string nor a SecureString, so it cannot be a key.")), "SecretNotText", ErrorCategory.InvalidType, name);

    public static ErrorRecord From(InputFileException exception) =>
        Record(exception, exception.Id, exception.Id == "PathNotFound" ? ErrorCategory.ObjectNotFound : ErrorCategory.InvalidData, exception.Path);

    /// <summary>The error of a file that cannot be part of a message.</summary>
    public static ErrorRecord From(MediaFileException exception) => From(exception, exception.Fault switch
    {
        MediaFileFault.TooLarge => " Make it smaller, or increase -MaximumSize.",
        MediaFileFault.UnsupportedType when Parameter(exception.MediaType) is string parameter => $" Use {parameter}.",
        _ => "",
    });

    /// <summary>The error of a file that cannot be sent next to the fields of a request.</summary>
    public static ErrorRecord FromUpload(MediaFileException exception) => From(exception, exception.Fault == MediaFileFault.TooLarge ? " Make it smaller." : "");

    private static ErrorRecord From(MediaFileException exception, string action)
    {
        var (id, category) = exception.Fault switch
        {
            MediaFileFault.TooLarge => ("FileTooLarge", ErrorCategory.InvalidData),
            MediaFileFault.UnsupportedType => ("UnsupportedMediaType", ErrorCategory.InvalidData),
            MediaFileFault.Empty => ("FileEmpty", ErrorCategory.InvalidData),
            _ => ("FileNotReadable", ErrorCategory.ReadError),
        };
        var told = new MediaFileException(exception.Fault, exception.Path, SafeText.Of(exception.Message + action), Safe(exception)) { MediaType = exception.MediaType };
        return Record(told, id, category, exception.Path);
    }

    public static ErrorRecord From(ToolRoundLimitException exception, object? target) =>
        Record(new ToolRoundLimitException($"{exception.Message} Increase -MaximumToolRounds, or request less at once.", exception.Messages),
            "ToolRoundLimit", ErrorCategory.LimitsExceeded, target);

    public static ErrorRecord From(ToolCallLimitException exception, object? target) =>
        Record(new ToolCallLimitException($"{exception.Message} Increase -MaximumToolCalls, or request less at once."),
            "ToolCallLimit", ErrorCategory.LimitsExceeded, target);

    public static ErrorRecord SchemaMismatch(FormatException exception, object? target) =>
        Record(new FormatException(SafeText.Of($"{exception.Message} The answer was written with its Text and FinishReason, but Parsed is null."), Safe(exception)),
            "SchemaMismatch", ErrorCategory.InvalidResult, target);

    public static ErrorRecord FileNotReadable(Exception exception, string path) =>
        Record(exception, "FileNotReadable", ErrorCategory.ReadError, path);

    public static ErrorRecord FileNotWritable(Exception exception, string path) =>
        Record(exception, "FileNotWritable", ErrorCategory.WriteError, path);

    public static ErrorRecord CheckpointInUse(string path, Exception reason) =>
        Record(new IOException(SafeText.Of($"Another process is using the checkpoint '{path}'. Wait until it has ended, or specify another file for -Checkpoint."), Safe(reason)),
            "CheckpointInUse", ErrorCategory.ResourceBusy, path);

    public static ErrorRecord BatchNotEnded(Batch batch) =>
        Record(new InvalidOperationException(SafeText.OneLine($"The batch {batch.Id} is {batch.Status} and has no answers yet. Wait-OpenAIBatch waits for them.")),
            "BatchNotEnded", ErrorCategory.ResourceUnavailable, batch.Id);

    public static ErrorRecord BatchRequestsGone(Batch batch, int count) =>
        Record(new ItemNotFoundException(SafeText.OneLine($"{count} requests of the batch {batch.Id} cannot be sent again, because the service no longer has the file with the requests. Pipe their inputs again.")),
            "BatchRequestsGone", ErrorCategory.ObjectNotFound, batch.Id);

    /// <summary>The error of a batch that could not be created: names the inputs that are not in a batch.</summary>
    public static ErrorRecord BatchNotMade(ApiException exception, int first, int last, string? advice)
    {
        var error = From(exception, FormattableString.Invariant($"inputs {first} to {last}"), advice);
        error.ErrorDetails = new ErrorDetails(FormattableString.Invariant($"{error.ErrorDetails.Message} The inputs {first} to {last} are not in a batch.")) { RecommendedAction = error.ErrorDetails.RecommendedAction };
        return error;
    }

    public static ErrorRecord DirectoryNotFound(string path) =>
        Record(new DirectoryNotFoundException(SafeText.Of($"The directory of '{path}' does not exist. To create it, run New-Item -ItemType Directory.")),
            "DirectoryNotFound", ErrorCategory.ObjectNotFound, path);

    /// <summary>The message, and what support would ask for.</summary>
    private static string Message(ApiException exception)
    {
        string? code = exception.Code is null || exception.Message.Contains(SafeText.Of(exception.Code)) ? null : SafeText.OneLine(exception.Code);
        string? request = exception.RequestId is null ? null : $"request id {SafeText.OneLine(exception.RequestId)}";
        string[] details = [.. new[] { code, request }.OfType<string>()];
        return details.Length == 0 ? exception.Message : $"{exception.Message} ({string.Join(", ", details)})";
    }

    private static string Sentence(string words) => words.Length > 0 && char.IsLetterOrDigit(words[words.Length - 1]) ? words + "." : words;

    /// <summary>The parameter for files of a type.</summary>
    private static string? Parameter(string? mediaType) => mediaType?.Split('/')[0] switch
    {
        "image" => "-ImagePath",
        "audio" => "-AudioPath",
        "application" => "-FilePath",
        _ => null,
    };

    /// <summary>
    /// Whether a reasoning model refuses tools in a chat: "Function tools with reasoning_effort are not supported for ...
    /// in /v1/chat/completions."
    /// </summary>
    private static bool RefusesTools(string message) =>
        Regex.IsMatch(message, @"\btools\b.*\breasoning[_ ]effort\b.*\bchat/completions\b", RegexOptions.IgnoreCase | RegexOptions.Singleline);

    private static (string Id, ErrorCategory Category, string Action) Describe(ApiException exception) => exception switch
    {
        ApiConfigurationException { IsMissingKey: true } =>
            ("MissingApiKey", ErrorCategory.AuthenticationError, "Set OPENAI_API_KEY, or run Connect-OpenAI -ApiKey."),
        ApiConfigurationException =>
            ("InvalidConfiguration", ErrorCategory.InvalidArgument, "Correct the setting that the message names."),
        BatchException { Code: "batch_expired" } =>
            ("BatchExpired", ErrorCategory.OperationTimeout, "Receive-OpenAIBatch -Retry sends the unanswered requests again."),
        BatchException { Code: "batch_cancelled" } =>
            ("BatchCanceled", ErrorCategory.OperationStopped, "Receive-OpenAIBatch -Retry sends the unanswered requests again."),
        BatchException { Code: "token_limit_exceeded" } =>
            ("BatchTokenLimit", ErrorCategory.LimitsExceeded, "Wait-OpenAIBatch -Resubmit creates the batch again when others have ended."),
        BatchException =>
            ("BatchFailed", ErrorCategory.InvalidData, "Correct the problem in the message, and send the inputs again."),
        FileUploadException =>
            ("UploadNotConfirmed", ErrorCategory.InvalidResult, "Get-OpenAIFile lists the files. If the file is there, use its id. Otherwise, run the command again with another file for -Checkpoint."),
        RecordingNotFoundException =>
            ("RecordingNotFound", ErrorCategory.ObjectNotFound, "Correct the script or the recording, or record again with Connect-OpenAI -RecordTo. To use the service itself, run Disconnect-OpenAI."),
        RecordingFormatException =>
            ("RecordingUnreadable", ErrorCategory.InvalidData, "Correct the line that the message names; about_OpenAIStream_Testing describes the format."),
        ApiTimeoutException { Timeout: TimeoutKind.Connection } =>
            ("ConnectionTimeout", ErrorCategory.OperationTimeout, "Check the address and the proxy, or increase -ConnectionTimeoutSeconds of Connect-OpenAI."),
        ApiTimeoutException { Timeout: TimeoutKind.Operation } =>
            ("OperationTimeout", ErrorCategory.OperationTimeout, "Try again, or increase -OperationTimeoutSeconds."),
        ApiTimeoutException =>
            ("TotalTimeout", ErrorCategory.OperationTimeout, "Increase -TotalTimeoutSeconds, or request less."),
        StreamEndedEarlyException =>
            ("StreamEndedEarly", ErrorCategory.ConnectionError, "Try again. If text had arrived, it is in PartialText of the exception."),
        ApiCertificateException =>
            ("CertificateRefused", ErrorCategory.SecurityError,
                "Use the host name of the certificate, check the clock of this machine, or make this machine trust the root certificate of the server or of a proxy that inspects TLS. Use -SkipCertificateCheck of Connect-OpenAI only for your own test servers."),
        ApiProxyException { StatusCode: 407 } =>
            ("ProxyAuthentication", ErrorCategory.AuthenticationError, "Specify the user name and password of the proxy: Connect-OpenAI -ProxyCredential (Get-Credential). There is no retry, because repeated wrong passwords can lock an account."),
        ApiProxyException =>
            ("ProxyFailed", ErrorCategory.ConnectionError, "Check the proxy: -Proxy of Connect-OpenAI, otherwise HTTPS_PROXY and similar variables, otherwise the settings of the system. NO_PROXY defines exceptions."),
        ApiConnectionException =>
            ("ConnectionFailed", ErrorCategory.ConnectionError, "Check the address, the proxy, and whether the server is running."),
        ResponseFormatException { MissingMedia: "image" } =>
            ("NoImage", ErrorCategory.InvalidResult, "Request the image itself with -AdditionalBody @{ response_format = 'b64_json' }. Without -OutFile, the result shows what was received."),
        ResponseFormatException { MissingMedia: "audio" } =>
            ("NoAudio", ErrorCategory.InvalidResult, "Check the name of the model, and whether it can speak."),
        ResponseFormatException =>
            ("MalformedResponse", ErrorCategory.InvalidData, "Check whether the address is that of the API: -BaseUri of Connect-OpenAI, or OPENAI_BASE_URL."),
        EventTooLargeException =>
            ("EventTooLarge", ErrorCategory.LimitsExceeded, "Increase -MaximumEventBytes of Connect-OpenAI, or request smaller parts."),
        ResponseTooLargeException { Option: nameof(OpenAIClientOptions.MaxDecompressionRatio) } =>
            ("ResponseTooLarge", ErrorCategory.LimitsExceeded, "Increase -MaximumDecompressionRatio of Connect-OpenAI if you trust the server."),
        ResponseTooLargeException { Limit: not null } =>
            ("ResponseTooLarge", ErrorCategory.LimitsExceeded, "Increase -MaximumResponseBytes of Connect-OpenAI, or request less at once."),
        ResponseTooLargeException =>
            ("OutOfMemory", ErrorCategory.ResourceUnavailable, "Request less at once, or free memory. -MaximumResponseBytes and -MaximumEventBytes of Connect-OpenAI can refuse responses that are too large for this machine."),
        BadRequestException when RefusesTools(exception.Message) =>
            ("BadRequest", ErrorCategory.InvalidArgument, "Use Invoke-OpenAIResponse with the same -Tools, or add -ReasoningEffort none."),
        BadRequestException =>
            ("BadRequest", ErrorCategory.InvalidArgument, "Correct the parameter that the message names."),
        ApiAuthenticationException =>
            ("Authentication", ErrorCategory.AuthenticationError, "Check whether the key is complete, belongs to this service, and is still valid."),
        PermissionDeniedException =>
            ("PermissionDenied", ErrorCategory.PermissionDenied, "Check the permissions of the project that the key belongs to."),
        NotFoundException =>
            ("NotFound", ErrorCategory.ObjectNotFound, "Check the name of the model and the address, which -Verbose shows."),
        ConflictException =>
            ("Conflict", ErrorCategory.ResourceBusy, "Wait until the other request has ended, and try again."),
        UnprocessableEntityException =>
            ("UnprocessableEntity", ErrorCategory.InvalidData, "Correct what the message names."),
        RateLimitException { Code: "insufficient_quota" } =>
            ("RateLimit", ErrorCategory.LimitsExceeded, "Check the plan and the credit of the account. Waiting does not help."),
        RateLimitException { RetryAfter: TimeSpan wait } =>
            ("RateLimit", ErrorCategory.LimitsExceeded, FormattableString.Invariant($"Wait {wait.TotalSeconds:0.#} s and try again. If that does not help, check the quota.")),
        RateLimitException =>
            ("RateLimit", ErrorCategory.LimitsExceeded, "Wait and try again. If that does not help, check the quota."),
        InternalServerException =>
            ("InternalServer", ErrorCategory.InvalidResult, "Try again later. If you contact support, include the request id."),
        ApiStatusException =>
            ("ApiStatus", ErrorCategory.InvalidResult, "The message says what the service requires."),
        _ =>
            ("StreamError", ErrorCategory.InvalidResult, "Try again. If you contact support, include the request id. With -Stream, the chunks before the error were delivered."),
    };
}
