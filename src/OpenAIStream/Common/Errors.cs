using System.Management.Automation;
using System.Text.RegularExpressions;

namespace OpenAIStream;

/// <summary>Exceptions as error records: one table of ids, categories, and what to do next.</summary>
internal static class Errors
{
    // https://github.com/PowerShell/PowerShell/pull/20826: before that, nobody sees a recommended action.
    private static readonly bool ShowsActions = typeof(PSObject).Assembly.GetName().Version >= new Version(7, 5);

    public static ErrorRecord From(ApiException exception, object? target, string? advice = null)
    {
        var (id, category, action) = Describe(exception);
        action = advice ?? action;
        action += exception.ResponseId is string response
            ? $" A background response goes on at the service: Invoke-OpenAIResponse -ResumeFrom '{SafeText.OneLine(response)}' returns it." : "";
        string message = Message(exception);
        var error = Record(exception, id, category, target);
        error.ErrorDetails = new ErrorDetails(ShowsActions ? message : $"{message} {action}") { RecommendedAction = action };
        return error;
    }

    /// <summary>
    /// A record whose words are safe for a terminal. What an error is about stays in its TargetObject; the category's words
    /// name it, too. An exception that is not ours and quotes what is not safe is told by its words alone.
    /// </summary>
    private static ErrorRecord Record(Exception exception, string id, ErrorCategory category, object? target)
    {
        var error = new ErrorRecord(Safe(exception) ?? new IOException(SafeText.Of(exception.Message)), id, category, target);
        error.CategoryInfo.TargetName = SafeText.OneLine(error.CategoryInfo.TargetName);
        return error;
    }

    /// <summary>An exception whose message is safe; null for any other.</summary>
    private static Exception? Safe(Exception? exception) =>
        exception is null or ApiException || SafeText.IsSafe(exception.Message) ? exception : null;

    /// <summary>
    /// Says which input an error is about, as answers do: Input and InputIndex. A record that is caught is another one, which
    /// has what its exception has; so the index is there too.
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

    public static ErrorRecord BadPrompt(ArgumentException exception, object? target) =>
        exception is PromptException { IsEmpty: true }
            ? Record(exception, "EmptyPrompt", ErrorCategory.InvalidArgument, target)
            : Record(exception, "BadPrompt", ErrorCategory.InvalidArgument, target);

    public static ErrorRecord ConnectionNotFound(string name) =>
        Record(new ItemNotFoundException(SafeText.Of($"There is no connection named '{name}'. Get-OpenAIConnection lists those there are; Connect-OpenAI -Name makes one.")),
            "ConnectionNotFound", ErrorCategory.ObjectNotFound, name);

    public static ErrorRecord ConnectionClosed(OpenAIConnection connection) =>
        Record(new InvalidOperationException(SafeText.Of($"The connection {connection} was disconnected. Connect again: Connect-OpenAI -Name '{connection.Name}'.")),
            "ConnectionClosed", ErrorCategory.ResourceUnavailable, connection);

    public static ErrorRecord ConnectionDiffers(OpenAIConnection here, string? there) =>
        Record(new ItemNotFoundException(SafeText.Of($"The connection '{here.Name}' of this session leads to {here.BaseUri}, not to {there}. Connect-OpenAI -Name makes one under another name.")),
            "ConnectionDiffers", ErrorCategory.ObjectNotFound, here.Name);

    public static ErrorRecord ModelNotFound(string name) =>
        Record(new ItemNotFoundException(SafeText.Of($"The service offers no model named '{name}'. Get-OpenAIModel lists those it does.")),
            "ModelNotFound", ErrorCategory.ObjectNotFound, name);

    public static ErrorRecord ModelMissing(string cmdlet, DefaultModels defaults, object? target) =>
        new(new ArgumentException($"{cmdlet} needs the name of a model. {defaults.Remark} Name one of your server's with {defaults.Ways}, or use Invoke-OpenAIChatCompletion."),
            "ModelMissing", ErrorCategory.InvalidArgument, target);

    public static ErrorRecord SecretModuleMissing(string name) =>
        Record(new CommandNotFoundException(SafeText.Of($"The secret '{name}' cannot be read: there is no Get-Secret. Install-Module Microsoft.PowerShell.SecretManagement brings it.")),
            "SecretManagementMissing", ErrorCategory.NotInstalled, name);

    public static ErrorRecord SecretNotFound(string name, Exception? reason) =>
        Record(new ItemNotFoundException(SafeText.Of($"No vault gave the secret '{name}'{(reason is null ? "." : $": {reason.Message}")} Get-SecretInfo lists those there are."), Safe(reason)),
            "SecretNotFound", ErrorCategory.ObjectNotFound, name);

    public static ErrorRecord SecretNotText(string name) =>
        Record(new ArgumentException(SafeText.Of($"The secret '{name}' is neither a string nor a SecureString, and can be no key.")), "SecretNotText", ErrorCategory.InvalidType, name);

    public static ErrorRecord From(InputFileException exception) =>
        Record(exception, exception.Id, exception.Id == "PathNotFound" ? ErrorCategory.ObjectNotFound : ErrorCategory.InvalidData, exception.Path);

    /// <summary>The error of a file that cannot be part of a message.</summary>
    public static ErrorRecord From(MediaFileException exception) => From(exception, exception.Fault switch
    {
        MediaFileFault.TooLarge => " Make it smaller, or raise -MaximumSize.",
        MediaFileFault.UnsupportedType when Parameter(exception.MediaType) is string parameter => $" Use {parameter}.",
        _ => "",
    });

    /// <summary>The error of a file that cannot be sent beside a request's fields.</summary>
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
        Record(new ToolRoundLimitException($"{exception.Message} Raise -MaximumToolRounds, or ask for less at once.", exception.Messages),
            "ToolRoundLimit", ErrorCategory.LimitsExceeded, target);

    public static ErrorRecord From(ToolCallLimitException exception, object? target) =>
        Record(new ToolCallLimitException($"{exception.Message} Raise -MaximumToolCalls, or ask for less at once."),
            "ToolCallLimit", ErrorCategory.LimitsExceeded, target);

    public static ErrorRecord SchemaMismatch(FormatException exception, object? target) =>
        Record(new FormatException(SafeText.Of($"{exception.Message} The answer has no Parsed; it was written all the same, with its Text and FinishReason."), Safe(exception)),
            "SchemaMismatch", ErrorCategory.InvalidResult, target);

    public static ErrorRecord FileNotReadable(Exception exception, string path) =>
        Record(exception, "FileNotReadable", ErrorCategory.ReadError, path);

    public static ErrorRecord FileNotWritable(Exception exception, string path) =>
        Record(exception, "FileNotWritable", ErrorCategory.WriteError, path);

    public static ErrorRecord CheckpointInUse(string path, Exception reason) =>
        Record(new IOException(SafeText.Of($"Another process uses the checkpoint '{path}'. Wait until it has ended, or name another file for -Checkpoint."), Safe(reason)),
            "CheckpointInUse", ErrorCategory.ResourceBusy, path);

    public static ErrorRecord DirectoryNotFound(string path) =>
        Record(new DirectoryNotFoundException(SafeText.Of($"There is no directory for '{path}'. Make it first: New-Item -ItemType Directory.")),
            "DirectoryNotFound", ErrorCategory.ObjectNotFound, path);

    /// <summary>The message, and what else support would ask for.</summary>
    private static string Message(ApiException exception)
    {
        string? code = exception.Code is null || exception.Message.Contains(SafeText.Of(exception.Code)) ? null : SafeText.OneLine(exception.Code);
        string? request = exception.RequestId is null ? null : $"request id {SafeText.OneLine(exception.RequestId)}";
        string[] details = [.. new[] { code, request }.OfType<string>()];
        return details.Length == 0 ? exception.Message : $"{exception.Message} ({string.Join(", ", details)})";
    }

    /// <summary>The parameter that takes files of a type.</summary>
    private static string? Parameter(string? mediaType) => mediaType?.Split('/')[0] switch
    {
        "image" => "-ImagePath",
        "audio" => "-AudioPath",
        "application" => "-FilePath",
        _ => null,
    };

    /// <summary>Whether a model that reasons refuses tools in a chat: "Function tools with reasoning_effort are not supported for ... in /v1/chat/completions."</summary>
    private static bool RefusesTools(string message) =>
        Regex.IsMatch(message, @"\btools\b.*\breasoning[_ ]effort\b.*\bchat/completions\b", RegexOptions.IgnoreCase | RegexOptions.Singleline);

    private static (string Id, ErrorCategory Category, string Action) Describe(ApiException exception) => exception switch
    {
        ApiConfigurationException { IsMissingKey: true } =>
            ("MissingApiKey", ErrorCategory.AuthenticationError, "Set OPENAI_API_KEY, or run Connect-OpenAI -ApiKey."),
        ApiConfigurationException =>
            ("InvalidConfiguration", ErrorCategory.InvalidArgument, "Correct the setting that the message names."),
        RecordingNotFoundException =>
            ("RecordingNotFound", ErrorCategory.ObjectNotFound, "Correct the script or the recording, or record again with Connect-OpenAI -RecordTo. To ask the service itself, run Disconnect-OpenAI."),
        RecordingFormatException =>
            ("RecordingUnreadable", ErrorCategory.InvalidData, "Correct the line that the message names; about_OpenAIStream_Testing describes the format."),
        ApiTimeoutException { Timeout: TimeoutKind.Connection } =>
            ("ConnectionTimeout", ErrorCategory.OperationTimeout, "Check the address and the proxy, or raise -ConnectionTimeoutSeconds of Connect-OpenAI."),
        ApiTimeoutException { Timeout: TimeoutKind.Operation } =>
            ("OperationTimeout", ErrorCategory.OperationTimeout, "Try again, or raise -OperationTimeoutSeconds."),
        ApiTimeoutException =>
            ("TotalTimeout", ErrorCategory.OperationTimeout, "Raise -TotalTimeoutSeconds, or ask for less."),
        StreamEndedEarlyException =>
            ("StreamEndedEarly", ErrorCategory.ConnectionError, "Try again; what had arrived is in the exception's PartialText."),
        ApiCertificateException =>
            ("CertificateRefused", ErrorCategory.SecurityError,
                "Use the name that the certificate is for, check this machine's clock, or have this machine trust the root certificate of the server or of a proxy that inspects TLS. -SkipCertificateCheck of Connect-OpenAI is for test servers of your own."),
        ApiProxyException { StatusCode: 407 } =>
            ("ProxyAuthentication", ErrorCategory.AuthenticationError, "Give the proxy's user name and password: Connect-OpenAI -ProxyCredential (Get-Credential). It is not tried again: a wrong password that is sent often locks an account."),
        ApiProxyException =>
            ("ProxyFailed", ErrorCategory.ConnectionError, "Check the proxy: -Proxy of Connect-OpenAI, else HTTPS_PROXY and its like, else the system's settings. NO_PROXY makes exceptions."),
        ApiConnectionException =>
            ("ConnectionFailed", ErrorCategory.ConnectionError, "Check the address, the proxy and that the server is running."),
        ResponseFormatException { MissingMedia: "image" } =>
            ("NoImage", ErrorCategory.InvalidResult, "Ask for the image itself with -AdditionalBody @{ response_format = 'b64_json' }; without -OutFile, the result shows what came."),
        ResponseFormatException { MissingMedia: "audio" } =>
            ("NoAudio", ErrorCategory.InvalidResult, "Check that the model can speak, and its name."),
        ResponseFormatException =>
            ("MalformedResponse", ErrorCategory.InvalidData, "Check that the address leads to the API: -BaseUri of Connect-OpenAI, or OPENAI_BASE_URL."),
        EventTooLargeException =>
            ("EventTooLarge", ErrorCategory.LimitsExceeded, "Raise -MaximumEventBytes of Connect-OpenAI, or ask for smaller parts."),
        ResponseTooLargeException { Option: nameof(OpenAIClientOptions.MaxDecompressionRatio) } =>
            ("ResponseTooLarge", ErrorCategory.LimitsExceeded, "Raise -MaximumDecompressionRatio of Connect-OpenAI if you trust the server."),
        ResponseTooLargeException { Limit: not null } =>
            ("ResponseTooLarge", ErrorCategory.LimitsExceeded, "Raise -MaximumResponseBytes of Connect-OpenAI, or ask for less at once."),
        ResponseTooLargeException =>
            ("OutOfMemory", ErrorCategory.ResourceUnavailable, "Ask for less at once, or free memory. -MaximumResponseBytes and -MaximumEventBytes of Connect-OpenAI refuse what is too large for this machine."),
        BadRequestException when RefusesTools(exception.Message) =>
            ("BadRequest", ErrorCategory.InvalidArgument, "Use Invoke-OpenAIResponse, which takes the same -Tools, or add -ReasoningEffort none."),
        BadRequestException =>
            ("BadRequest", ErrorCategory.InvalidArgument, "Correct the parameter that the message names."),
        ApiAuthenticationException =>
            ("Authentication", ErrorCategory.AuthenticationError, "Check the key: is it whole, for this service, and still valid?"),
        PermissionDeniedException =>
            ("PermissionDenied", ErrorCategory.PermissionDenied, "Check what the key's project may use."),
        NotFoundException =>
            ("NotFound", ErrorCategory.ObjectNotFound, "Check the model's name and the address, which -Verbose shows."),
        ConflictException =>
            ("Conflict", ErrorCategory.ResourceBusy, "Wait until the other request has ended, and try again."),
        UnprocessableEntityException =>
            ("UnprocessableEntity", ErrorCategory.InvalidData, "Correct what the message names."),
        RateLimitException { Code: "insufficient_quota" } =>
            ("RateLimit", ErrorCategory.LimitsExceeded, "Check the plan and the credit of the account; waiting does not help."),
        RateLimitException { RetryAfter: TimeSpan wait } =>
            ("RateLimit", ErrorCategory.LimitsExceeded, FormattableString.Invariant($"Wait {wait.TotalSeconds:0.#} s and try again; check the quota if that does not help.")),
        RateLimitException =>
            ("RateLimit", ErrorCategory.LimitsExceeded, "Wait and try again; check the quota if that does not help."),
        InternalServerException =>
            ("InternalServer", ErrorCategory.InvalidResult, "Try again later; name the request id when asking for support."),
        ApiStatusException =>
            ("ApiStatus", ErrorCategory.InvalidResult, "See the message for what the service wants."),
        _ =>
            ("StreamError", ErrorCategory.InvalidResult, "The chunks before it were delivered; try again, and name the request id when asking for support."),
    };
}
