using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Net;
using System.Security;

namespace OpenAIStream;

/// <summary>Sets the address and the credential for requests. Everything that is not specified comes from the environment variables.</summary>
[Cmdlet(VerbsCommunications.Connect, "OpenAI", DefaultParameterSetName = nameof(ApiKey))]
[OutputType(typeof(OpenAIConnection))]
public sealed partial class ConnectOpenAICommand : PSCmdlet
{
    /// <summary>The key, preferably as a SecureString; a string is accepted too, but stays in the history.</summary>
    [Parameter(Position = 0, ParameterSetName = nameof(ApiKey))]
    [SecureStringTransformation]
    public object? ApiKey { get; set; }

    /// <summary>The key as the password of a credential; the user name is not used.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(Credential))]
    public PSCredential? Credential { get; set; }

    /// <summary>
    /// Returns a token: a string, a SecureString, or an object with Token and ExpiresOn, such as Get-AzAccessToken returns.
    /// It runs again five minutes before ExpiresOn; without that, for a request more than a minute later. It runs in the
    /// session that makes the request.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(TokenProvider))]
    public ScriptBlock? TokenProvider { get; set; }

    /// <summary>The name of the secret that contains the key, in a vault of SecretManagement. It is read once, immediately.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(SecretName))]
    public string? SecretName { get; set; }

    /// <summary>With -SecretName: the vault to search. Without it: all vaults.</summary>
    [Parameter(ParameterSetName = nameof(SecretName))]
    public string? VaultName { get; set; }

    /// <summary>
    /// Records each exchange to a folder, which is created if it does not exist: one text file each, without keys. A
    /// recording is written when the response has ended.
    /// </summary>
    [Parameter(ParameterSetName = nameof(ApiKey))]
    [Parameter(ParameterSetName = nameof(Credential))]
    [Parameter(ParameterSetName = nameof(TokenProvider))]
    [Parameter(ParameterSetName = nameof(SecretName))]
    [Alias("RecordPath")]
    [ValidateNotNullOrEmpty]
    public string? RecordTo { get; set; }

    /// <summary>Answers requests from the recordings in a folder, or from one recording, without a network or a key.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(ReplayFrom))]
    [Alias("ReplayPath")]
    [ArgumentCompleter(typeof(RecordingFolderCompleter))]
    public string? ReplayFrom { get; set; }

    /// <summary>An existing connection: its name refers to it again. It is used unchanged, so other settings cannot be combined with it.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = nameof(Connection))]
    public OpenAIConnection? Connection { get; set; }

    /// <summary>With -ReplayFrom: the parts of a request that must equal the recorded request. Default: method, path and body.</summary>
    [Parameter(ParameterSetName = nameof(ReplayFrom))]
    public RecordingMatch MatchOn { get; set; } = RecordingMatch.All;

    /// <summary>With -ReplayFrom: the speed. 1 is the recorded speed, 10 is ten times as fast; 0, the default, replays without delays.</summary>
    [Parameter(ParameterSetName = nameof(ReplayFrom))]
    [ValidateRange(0.0, 1e9)]
    public double ReplaySpeed { get; set; }

    /// <summary>The address of the service, such as http://localhost:11434/v1.</summary>
    [Parameter]
    [Alias("BaseUrl", "ApiBase")]
    public Uri? BaseUri { get; set; }

    /// <summary>The Azure OpenAI resource, such as https://name.openai.azure.com; -Model is then the name of the deployment.</summary>
    [Parameter]
    [Alias("Endpoint")]
    public Uri? AzureEndpoint { get; set; }

    /// <summary>
    /// With -AzureEndpoint: the API version. A date such as 2024-10-21 is for addresses with deployments; without it,
    /// requests go to /openai/v1/.
    /// </summary>
    [Parameter]
    [Alias("api_version")]
    [ArgumentCompleter(typeof(ApiVersionCompleter))]
    public string? ApiVersion { get; set; }

    /// <summary>The name of the connection; every request without a connection uses the one named Default.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ConnectionNameCompleter))]
    public string Name { get; set; } = Connections.DefaultName;

    /// <summary>The text model for requests that do not specify one.</summary>
    [Parameter]
    [Alias("Deployment")]
    [ArgumentCompleter(typeof(ModelCompleter))]
    public string? Model { get; set; }

    /// <summary>The image model for requests that do not specify one.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ImageModelCompleter))]
    public string? ImageModel { get; set; }

    /// <summary>The speech model for requests that do not specify one.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SpeechModelCompleter))]
    public string? SpeechModel { get; set; }

    /// <summary>The transcription model for requests that do not specify one.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(TranscriptionModelCompleter))]
    public string? TranscriptionModel { get; set; }

    /// <summary>The rows of a price table, such as from Import-Csv: the cost of answers from this connection.</summary>
    [Parameter]
    [Alias("PriceTable")]
    public PSObject[]? Price { get; set; }

    /// <summary>The organization to bill.</summary>
    [Parameter]
    public string? Organization { get; set; }

    /// <summary>The project to bill.</summary>
    [Parameter]
    public string? Project { get; set; }

    /// <summary>
    /// The proxy: host:port, or an address with http, https, socks4, socks4a, socks5 or socks5h. Without it: the proxy of
    /// the environment or of the system.
    /// </summary>
    [Parameter]
    public Uri? Proxy { get; set; }

    /// <summary>The credential for the proxy, whether -Proxy, the environment or the system specifies it.</summary>
    [Parameter]
    public PSCredential? ProxyCredential { get; set; }

    /// <summary>Accepts any certificate. Use it only for your own test server.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>The HTTP version to require. Default: 2 if the server supports it, otherwise 1.1.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(HttpVersionCompleter))]
    public Version? HttpVersion { get; set; }

    /// <summary>
    /// The transport for responses: Http (the default), WebSocket, or Auto, which uses a WebSocket if the server supports
    /// it, otherwise HTTP.
    /// </summary>
    [Parameter]
    public TransportKind Transport { get; set; }

    /// <summary>Headers to send with every request.</summary>
    [Parameter]
    [DictionaryTransformation]
    public object? Headers { get; set; }

    /// <summary>Writes the connection to the pipeline.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var connection = Connection is null ? New() : Known(Connection);
        Connections.Set(connection);
        if (PassThru)
        {
            WriteObject(connection.HandOut());
        }
    }

    private OpenAIConnection New()
    {
        try
        {
            return Connect();
        }
        catch (ApiException exception)
        {
            ThrowTerminatingError(Errors.From(exception, Name));
            throw;
        }
        catch (ArgumentException exception) // a header that is not text, or a price that is not a number
        {
            ThrowTerminatingError(Errors.BadArgument(exception.Message, Name));
            throw;
        }
    }

    private OpenAIConnection Known(OpenAIConnection connection)
    {
        string[] given = [.. MyInvocation.BoundParameters.Keys.Where(name => name is not (nameof(Connection) or nameof(PassThru)) && !CommonParameters.Contains(name))];
        if (given.Length > 0)
        {
            ThrowTerminatingError(Errors.BadArgument($"-Connection uses a connection unchanged. Remove -{string.Join(", -", given)}, or create a new connection without -Connection.", connection));
        }

        using var use = connection.Use();
        if (use is null)
        {
            ThrowTerminatingError(Errors.ConnectionClosed(connection));
        }

        return connection;
    }

    private OpenAIConnection Connect()
    {
        var options = EnvironmentConnection.OptionsFor(BaseUri, AzureEndpoint, ApiVersion);
        if (ReplayFrom is not null)
        {
            options.Credential = null; // no server is used
        }

        string keySource = EnvironmentConnection.KeySourceOf(options);
        if (GivenCredential() is ApiCredential given)
        {
            options.Credential = given;
            keySource = "-" + ParameterSetName; // the same as the name of the parameter for its credential
        }

        options.Organization = Organization ?? options.Organization;
        options.Project = Project ?? options.Project;
        SetLimits(options);
        options.SkipCertificateCheck = SkipCertificateCheck;
        options.HttpVersion = HttpVersion;
        options.Transport = Transport;
        foreach (var header in NameValues.Headers((IDictionary?)Headers, nameof(Headers)))
        {
            options.Headers[header.Key] = header.Value;
        }

        options.Proxy = Proxy is null ? null : new WebProxy(GivenProxy.Address(Proxy));
        options.ProxyCredentials = ProxyCredential?.GetNetworkCredential();

        options.Handler = ReplayFrom is not null ? Replay(FilePath(ReplayFrom)) : RecordTo is not null ? new RecordingHandler(FilePath(RecordTo)) : null;
        var connection = new OpenAIConnection(Name, options, keySource, Price is null ? null : new PriceTable(Price))
        {
            DefaultModel = Model,
            DefaultImageModel = ImageModel,
            DefaultSpeechModel = SpeechModel,
            DefaultTranscriptionModel = TranscriptionModel,
        };
        if (ProxyCredential is not null && Proxy is null && connection.Proxy is null && !GivenProxy.SystemHasOne(connection.BaseUri))
        {
            throw new ApiConfigurationException(
                $"-ProxyCredential requires a proxy, but there is none for {connection.BaseUri.Host}. Specify -Proxy, or first set HTTPS_PROXY (HTTP_PROXY for an http address).");
        }

        if (connection.RecordTo is string folder && Recording.FilesIn(folder).Count is > 0 and int count)
        {
            WriteWarning($"'{folder}' already contains {count} recordings; a replay uses them before the new ones. To start over, remove them.");
        }

        return connection;
    }

    private ApiCredential? GivenCredential() => ParameterSetName switch
    {
        nameof(TokenProvider) => ApiCredential.FromTokens(new TokenProvider(TokenProvider!, Runspace.DefaultRunspace.InstanceId).GetAsync),
        nameof(SecretName) => ApiCredential.FromKey(ReadSecret()),
        nameof(Credential) => ApiCredential.FromKey(Credential!.Password),
        nameof(ReplayFrom) => null,
        _ => ApiKey is SecureString key ? ApiCredential.FromKey(key) : null,
    };

    private ReplayHandler Replay(string path) => Directory.Exists(path) || File.Exists(path)
        ? new ReplayHandler(path) { MatchOn = MatchOn, Speed = ReplaySpeed }
        : throw new ApiConfigurationException($"The folder '{path}' to replay from does not exist. First create a recording: Connect-OpenAI -RecordTo.");

    private string FilePath(string path)
    {
        try
        {
            return InputFiles.FullPath(SessionState, path);
        }
        catch (InputFileException exception)
        {
            throw new ApiConfigurationException(exception.Message, exception);
        }
    }

    private SecureString ReadSecret()
    {
        var (secret, error) = SecretVault.Read(InvokeCommand, SecretName!, VaultName);
        if (secret is null)
        {
            ThrowTerminatingError(error!);
        }

        return secret!;
    }
}
