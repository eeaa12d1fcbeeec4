using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Host;

namespace OpenAIStream;

/// <summary>Runs a chat: reads messages and shows answers as they arrive, until the user leaves.</summary>
[Cmdlet(VerbsCommon.Enter, "OpenAIChat", DefaultParameterSetName = "Begin", SupportsShouldProcess = true)]
[OutputType(typeof(ChatConversation))]
public sealed class EnterOpenAIChatCommand : PSCmdlet
{
    private ChatSession? _chat;
    private bool _isOver;

    /// <summary>The system message.</summary>
    [Parameter]
    [Alias("System", "Instructions")]
    [TextTransformation]
    public string? SystemMessage { get; set; }

    /// <summary>What the chat continues: an earlier chat, an answer, which represents its whole conversation, or messages.</summary>
    [Parameter(ParameterSetName = "Begin")]
    public object[]? History { get; set; }

    /// <summary>A saved chat to continue.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Saved")]
    public string Path { get; set; } = "";

    /// <summary>Continues the last chat of this session.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Resume")]
    public SwitchParameter Resume { get; set; }

    /// <summary>The model to ask, or the deployment's name on Azure. Without it: the model of the history, otherwise the default model.</summary>
    [Parameter]
    [Alias("Deployment")]
    [ArgumentCompleter(typeof(ModelCompleter))]
    public string? Model { get; set; }

    /// <summary>The API: ChatCompletion, which every service supports, or Response. Without it: Response with a WebSocket, otherwise ChatCompletion.</summary>
    [Parameter]
    [ValidateSet("ChatCompletion", "Response")]
    public string? Api { get; set; }

    /// <summary>Tools that the model can call. The user is prompted before each call, unless -Confirm:$false.</summary>
    [Parameter]
    [Alias("Tool")]
    [ToolTransformation]
    [ArgumentCompleter(typeof(CommandNameCompleter))]
    public ChatTool[]? Tools { get; set; }

    /// <summary>Other parameters of Invoke-OpenAIChatCompletion or Invoke-OpenAIResponse for each request: <c>@{ Temperature = 0 }</c>.</summary>
    [Parameter]
    [DictionaryTransformation]
    public object? Parameters { get; set; }

    /// <summary>The connection to use, or its name. Without it: the default connection, else the environment variables.</summary>
    [Parameter]
    [ConnectionTransformation]
    [ArgumentCompleter(typeof(ConnectionNameCompleter))]
    public OpenAIConnection? Connection { get; set; }

    /// <summary>The prompt for a message: a text, or a script block that returns one.</summary>
    [Parameter]
    public object? Prompt { get; set; }

    /// <summary>Shows Markdown without formatting it.</summary>
    [Parameter]
    public SwitchParameter Raw { get; set; }

    /// <summary>Writes the conversation when the chat is left.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var connection = Connection ?? Target();
        if (!ShouldProcess($"{connection.Name} ({connection.BaseUri})", "Enter a chat"))
        {
            return;
        }

        var settings = new ChatSettings
        {
            IsResponse = Api is null ? connection.Transport != TransportKind.Http : string.Equals(Api, "Response", StringComparison.OrdinalIgnoreCase),
            Connection = Connection,
            Tools = Tools ?? [],
            Confirms = !(MyInvocation.BoundParameters.TryGetValue("Confirm", out object? confirm) && !LanguagePrimitives.IsTrue(confirm)),
            Parameters = new Hashtable((IDictionary?)Parameters ?? new Hashtable(), StringComparer.OrdinalIgnoreCase),
            Look = new Hashtable { ["Summary"] = true, ["Raw"] = (bool)Raw },
        };
        var state = Begin(settings);
        if (UnattendedHost.For(Host) is not null)
        {
            ThrowTerminatingError(Errors.NotInteractive(MyInvocation.MyCommand.Name));
        }

        Chat(settings, state, connection);
    }

    /// <summary>Ctrl+C if the host handles it, or the end of the session: the chat is kept.</summary>
    protected override void StopProcessing()
    {
        if (_chat is { State.Turns.Length: > 0 } && !_isOver)
        {
            Host.UI.WriteLine();
            _chat.Screen.Say("The chat was stopped. To continue it, run Enter-OpenAIChat -Resume.");
        }
    }

    private OpenAIConnection Target()
    {
        try
        {
            return Connections.Default;
        }
        catch (ApiException exception)
        {
            ThrowTerminatingError(Errors.From(exception, null));
            throw;
        }
    }

    private ChatState Begin(ChatSettings settings)
    {
        try
        {
            settings.Check(this);
            var state = Resume ? ChatMemory.Last ?? throw new ArgumentException("This session has no earlier chat. Without -Resume, Enter-OpenAIChat starts one.")
                : ParameterSetName == "Saved" ? ChatFiles.Read(SessionState, Path).State
                : ChatHistory.Read(History);
            state = SystemMessage is null ? state : state.WithSystem(SystemMessage);
            return Model is { Length: > 0 } ? state with { Model = Model } : state;
        }
        catch (InputFileException exception)
        {
            ThrowTerminatingError(Errors.From(exception));
            throw;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            ThrowTerminatingError(Errors.FileNotReadable(exception, Path));
            throw;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or ArgumentTransformationMetadataException)
        {
            ThrowTerminatingError(Errors.BadArgument(exception.Message, History ?? (object)Path));
            throw;
        }
    }

    private void Chat(ChatSettings settings, ChatState state, OpenAIConnection connection)
    {
        bool isConsole = Host.Name is "ConsoleHost" or "Visual Studio Code Host";
        LineReader reader = (isConsole && !Console.IsOutputRedirected ? PSReadLineReader.Get(InvokeCommand) : null) ?? (LineReader)new HostLineReader(Host);
        var screen = new ChatScreen(Host, SessionState, Prompt is PSObject wrapped ? wrapped.BaseObject : Prompt);
        _chat = new ChatSession(this, reader, new ChatAsker(this, settings, reader, hasKeyboard: isConsole), screen)
        {
            Settings = settings,
            State = state,
            File = ParameterSetName == "Saved" ? ChatFiles.Read(SessionState, Path).Path : null,
        };
        screen.Say($"{state.Model ?? DefaultModels.Text.Set(connection) ?? DefaultModels.Text.Own} at {connection.BaseUri}. /help lists the commands, /exit leaves.");
        if (state.Turns.Length > 0)
        {
            screen.Say(ChatFiles.Loaded(state));
        }

        try
        {
            _chat.Run();
        }
        catch (Exception exception) when (exception is HostException or NotImplementedException or NotSupportedException or PSInvalidOperationException)
        {
            ThrowTerminatingError(Errors.NotInteractive(MyInvocation.MyCommand.Name, exception));
        }

        _isOver = true;
        if (PassThru)
        {
            WriteObject(_chat.Conversation);
        }
        else if (_chat.State.Turns.Length > 0)
        {
            screen.Say("To continue this chat, run Enter-OpenAIChat -Resume.");
        }
    }
}
