using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace OpenAIStream;

/// <summary>
/// A second PSReadLine beside the session's. It is called by reflection, because the module does not reference PSReadLine. The
/// session's assembly is loaded a second time, so this copy has its own history, keys and options.
/// </summary>
/// <remarks>
/// Two things are not public. PowerShell Editor Services sets <c>_readKeyOverride</c> too. <c>_inputAccepted</c> ends a line
/// that is not PowerShell: AcceptLine would start another line after the apostrophe in "don't".
/// </remarks>
internal sealed class PSReadLineCopy
{
    private const string TypeName = "Microsoft.PowerShell.PSConsoleReadLine";
    private const BindingFlags Hidden = BindingFlags.Static | BindingFlags.Instance | BindingFlags.NonPublic;

    private static readonly string[] Colors =
        ["CommentColor", "KeywordColor", "StringColor", "OperatorColor", "VariableColor", "CommandColor", "ParameterColor", "TypeColor", "NumberColor", "MemberColor", "ErrorColor"];

    private readonly Type _type;
    private readonly object _singleton;
    private readonly FieldInfo _accepted;
    private readonly object _options;
    private readonly MethodInfo _readLine;
    private readonly MethodInfo _bufferState;

    private PSReadLineCopy(Type type)
    {
        _type = type;
        _singleton = type.GetField("_singleton", Hidden)?.GetValue(null) ?? throw Unknown("_singleton");
        _accepted = type.GetField("_inputAccepted", Hidden) ?? throw Unknown("_inputAccepted");
        _options = Method("GetOptions", []).Invoke(null, null)!;
        _readLine = FindReadLine();
        _bufferState = Method("GetBufferState", [typeof(string).MakeByRefType(), typeof(int).MakeByRefType()]);
        SetOptions();
    }

    /// <summary>Whether a line that was read is added to the history.</summary>
    public Func<string, bool> AddToHistory { get; set; } = static _ => false;

    /// <summary>Reads a key. Set it before the first line is read.</summary>
    public Func<ConsoleKeyInfo> ReadKey { get; set; } = static () => Console.ReadKey(intercept: true);

    public string Text => Buffer.Text;

    public int Cursor => Buffer.Cursor;

    private (string Text, int Cursor) Buffer
    {
        get
        {
            object?[] state = [null, null];
            _bufferState.Invoke(null, state);
            return ((string)state[0]!, (int)state[1]!);
        }
    }

    /// <summary>Creates the copy; null if the session has no PSReadLine, or one that is too different.</summary>
    public static PSReadLineCopy? Load()
    {
        var loaded = AppDomain.CurrentDomain.GetAssemblies()
            .FirstOrDefault(static assembly => assembly.GetName().Name?.StartsWith("Microsoft.PowerShell.PSReadLine", StringComparison.Ordinal) == true && assembly.GetType(TypeName) is not null);
        if (loaded is null || string.IsNullOrEmpty(loaded.Location))
        {
            return null;
        }

        try
        {
            var copy = Assembly.LoadFile(loaded.Location).GetType(TypeName);
            if (copy is null || copy == loaded.GetType(TypeName))
            {
                return null;
            }

            var editor = new PSReadLineCopy(copy);
            editor.TakeEditMode(loaded.GetType(TypeName)!);
            return editor;
        }
        catch (Exception exception) when (exception is MissingMemberException or TargetInvocationException or TypeInitializationException or IOException or BadImageFormatException or ArgumentException)
        {
            return null; // then the host reads lines
        }
    }

    /// <summary>Reads a line after a prompt that has already been written.</summary>
    public string ReadLine(string prompt)
    {
        Set("ContinuationPrompt", new string(' ', Math.Max(0, CellWidth.OfText(Plain(prompt)))));
        var parameters = _readLine.GetParameters();
        object?[] arguments = Array.ConvertAll(parameters, parameter => (object?)(
            parameter.ParameterType == typeof(Runspace) ? Runspace.DefaultRunspace
            : parameter.ParameterType == typeof(EngineIntrinsics) ? Engine()
            : parameter.ParameterType == typeof(CancellationToken) ? default(CancellationToken)
            : null));
        return (string?)_readLine.Invoke(null, arguments) ?? "";
    }

    /// <summary>Assigns another action to keys than PSReadLine does.</summary>
    public void SetKey(string name, Action action, params string[] keys)
    {
        Action<ConsoleKeyInfo?, object> handler = (_, _) => action();
        Method("SetKeyHandler", [typeof(string[]), handler.GetType(), typeof(string), typeof(string)]).Invoke(null, [keys, handler, name, name]);
    }

    public void Insert(string text) => Method("Insert", [typeof(string)]).Invoke(null, [text]);

    public void Replace(int start, int length, string text) =>
        _type.GetMethods().First(static method => method.Name == "Replace").Invoke(null, [start, length, text, null, null]);

    public void DeleteChar() => Method("DeleteChar", [typeof(ConsoleKeyInfo?), typeof(object)]).Invoke(null, [null, null]);

    /// <summary>Ends the line, whatever is in it.</summary>
    /// <param name="end">What is written after it.</param>
    public void Accept(string end)
    {
        Method("SetCursorPosition", [typeof(int)]).Invoke(null, [Text.Length]);
        Console.Write(end);
        _accepted.SetValue(_singleton, true);
    }

    private void SetOptions()
    {
        Set("PromptText", Array.Empty<string>());
        Set("AddToHistoryHandler", new Func<string, object>(line => AddToHistory(line)));
        SetEnum("HistorySaveStyle", "SaveNothing");
        SetEnum("PredictionSource", "None");
        object? plain = _options.GetType().GetProperty("DefaultTokenColor")?.GetValue(_options);
        foreach (string color in Colors)
        {
            Set(color, plain);
        }

        var terminal = _type.Assembly.GetType("Microsoft.PowerShell.Internal.VirtualTerminal") ?? throw Unknown("VirtualTerminal");
        (terminal.GetField("_readKeyOverride", Hidden) ?? throw Unknown("_readKeyOverride")).SetValue(null, new Func<bool, ConsoleKeyInfo>(_ => ReadKey()));
    }

    /// <summary>Uses the edit mode of the session: Vi, Emacs or Windows.</summary>
    private void TakeEditMode(Type session)
    {
        object? mode = session.GetMethod("GetOptions")?.Invoke(null, null) is object options ? options.GetType().GetProperty("EditMode")?.GetValue(options) : null;
        var change = _type.Assembly.GetType("Microsoft.PowerShell.SetPSReadLineOption");
        if (mode is not null && change?.GetProperty("EditMode") is PropertyInfo property)
        {
            object wanted = Activator.CreateInstance(change)!;
            property.SetValue(wanted, Enum.ToObject(property.PropertyType, (int)mode));
            Method("SetOptions", [change]).Invoke(null, [wanted]);
        }
    }

    private void Set(string name, object? value) => _options.GetType().GetProperty(name)?.SetValue(_options, value);

    private void SetEnum(string name, string value)
    {
        if (_options.GetType().GetProperty(name) is PropertyInfo property && Enum.IsDefined(property.PropertyType, value))
        {
            property.SetValue(_options, Enum.Parse(property.PropertyType, value));
        }
    }

    private MethodInfo FindReadLine() => _type.GetMethods().Where(static method => method.Name == "ReadLine" && method.ReturnType == typeof(string))
        .OrderBy(static method => method.GetParameters().Length).FirstOrDefault(static method => method.GetParameters() is [{ } runspace, { } engine, ..]
            && runspace.ParameterType == typeof(Runspace) && engine.ParameterType == typeof(EngineIntrinsics)) ?? throw Unknown("ReadLine");

    private MethodInfo Method(string name, Type[] parameters) => _type.GetMethod(name, parameters) ?? throw Unknown(name);

    private static MissingMemberException Unknown(string name) => new($"This version of PSReadLine has no {name}.");

    private static EngineIntrinsics? Engine() =>
        ScriptBlock.Create("$ExecutionContext").InvokeReturnAsIs() is PSObject { BaseObject: EngineIntrinsics engine } ? engine : null;

    /// <summary>The last line of a text, without the escape sequences of colors.</summary>
    private static string Plain(string text) => System.Text.RegularExpressions.Regex.Replace(text.Substring(text.LastIndexOf('\n') + 1), "\x1b\\[[0-9;]*m", "");
}
