using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Net;
using System.Security;

namespace OpenAIStream;

/// <summary>Says where to ask and as whom, from now on. What is not given comes from the environment variables.</summary>
[Cmdlet(VerbsCommunications.Connect, "OpenAI", DefaultParameterSetName = nameof(ApiKey))]
[OutputType(typeof(OpenAIConnection))]
public sealed partial class ConnectOpenAICommand : PSCmdlet
{
    /// <summary>The key, best as a SecureString; a string is taken too, and stays in the history.</summary>
    [Parameter(Position = 0, ParameterSetName = nameof(ApiKey))]
    [SecureStringTransformation]
    public object? ApiKey { get; set; }

    /// <summary>The key as the password of a credential; its user name is not used.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(Credential))]
    public PSCredential? Credential { get; set; }

    /// <summary>
    /// Gives a token: a string, a SecureString, or an object with Token and ExpiresOn such as Get-AzAccessToken returns. It is
    /// asked for another five minutes before ExpiresOn; without that, when a request comes a minute later. It runs in
    /// the session that makes the request.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(TokenProvider))]
    public ScriptBlock? TokenProvider { get; set; }

    /// <summary>The name of a secret that is the key, in a vault of SecretManagement. It is read once, now.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(SecretName))]
    public string? SecretName { get; set; }

    /// <summary>With -SecretName: the vault to look in. Without it: all.</summary>
    [Parameter(ParameterSetName = nameof(SecretName))]
    public string? VaultName { get; set; }

    /// <summary>Records each exchange to a folder, which is made where it is missing: one text file each, without keys. An answer is written when it has ended.</summary>
    [Parameter(ParameterSetName = nameof(ApiKey))]
    [Parameter(ParameterSetName = nameof(Credential))]
    [Parameter(ParameterSetName = nameof(TokenProvider))]
    [Parameter(ParameterSetName = nameof(SecretName))]
    [Alias("RecordPath")]
    [ValidateNotNullOrEmpty]
    public string? RecordTo { get; set; }

    /// <summary>Answers requests from the recordings in a folder, or from one of them, without network and key.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(ReplayFrom))]
    [Alias("ReplayPath")]
    [ArgumentCompleter(typeof(RecordingFolderCompleter))]
    public string? ReplayFrom { get; set; }

    /// <summary>A connection that there is: its name means it again. It is taken as it is, so no other setting goes with it.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = nameof(Connection))]
    public OpenAIConnection? Connection { get; set; }

    /// <summary>With -ReplayFrom: what of a request must be as recorded. Default: method, path and body.</summary>
    [Parameter(ParameterSetName = nameof(ReplayFrom))]
    public RecordingMatch MatchOn { get; set; } = RecordingMatch.All;

    /// <summary>With -ReplayFrom: how fast. 1 is the recorded pace, 10 ten times as fast; 0, the default, waits for nothing.</summary>
    [Parameter(ParameterSetName = nameof(ReplayFrom))]
    [ValidateRange(0.0, 1e9)]
    public double ReplaySpeed { get; set; }

    /// <summary>The address of the service, such as http://localhost:11434/v1.</summary>
    [Parameter]
    [Alias("BaseUrl", "ApiBase")]
    public Uri? BaseUri { get; set; }

    /// <summary>The resource on Azure OpenAI, such as https://name.openai.azure.com; -Model is then the deployment's name.</summary>
    [Parameter]
    [Alias("Endpoint")]
    public Uri? AzureEndpoint { get; set; }

    /// <summary>With -AzureEndpoint: the API version. A date such as 2024-10-21 is for addresses with deployments; without it: those of /openai/v1/.</summary>
    [Parameter]
    [Alias("api_version")]
    [ArgumentCompleter(typeof(ApiVersionCompleter))]
    public string? ApiVersion { get; set; }

    /// <summary>The connection's name; the one named Default serves every request that names none.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ConnectionNameCompleter))]
    public string Name { get; set; } = Connections.DefaultName;

    /// <summary>The model for text when a request names none.</summary>
    [Parameter]
    [Alias("Deployment")]
    [ArgumentCompleter(typeof(ModelCompleter))]
    public string? Model { get; set; }

    /// <summary>The model for images when a request names none.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ImageModelCompleter))]
    public string? ImageModel { get; set; }

    /// <summary>The model for speech when a request names none.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SpeechModelCompleter))]
    public string? SpeechModel { get; set; }

    /// <summary>The model for transcriptions when a request names none.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(TranscriptionModelCompleter))]
    public string? TranscriptionModel { get; set; }

    /// <summary>The organization to bill.</summary>
    [Parameter]
    public string? Organization { get; set; }

    /// <summary>The project to bill.</summary>
    [Parameter]
    public string? Project { get; set; }

    /// <summary>The proxy: host:port, or an address with http, https, socks4, socks4a, socks5 or socks5h. Without it: the environment's or the system's proxy.</summary>
    [Parameter]
    public Uri? Proxy { get; set; }

    /// <summary>As whom to use the proxy, whether -Proxy, the environment or the system names it.</summary>
    [Parameter]
    public PSCredential? ProxyCredential { get; set; }

    /// <summary>Accepts any certificate. For a test server of one's own.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>The HTTP version to insist on. Default: 2 where the server offers it, else 1.1.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(HttpVersionCompleter))]
    public Version? HttpVersion { get; set; }

    /// <summary>What responses are asked for over: Http (the default), WebSocket, or Auto, which is a WebSocket where the server has them, else HTTP.</summary>
    [Parameter]
    public TransportKind Transport { get; set; }

    /// <summary>Headers to send with every request.</summary>
    [Parameter]
    [DictionaryTransformation]
    public object? Headers { get; set; }

    /// <summary>Returns the connection.</summary>
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
        catch (ArgumentException exception) // a header that is no text
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
            options.Credential = null; // nobody is asked
        }

        string keySource = EnvironmentConnection.KeySourceOf(options);
        if (GivenCredential() is ApiCredential given)
        {
            options.Credential = given;
            keySource = "-" + ParameterSetName; // each has the name of its credential's parameter
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
        var connection = new OpenAIConnection(Name, options, keySource)
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
