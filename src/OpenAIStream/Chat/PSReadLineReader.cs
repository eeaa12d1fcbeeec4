using System.Management.Automation;
using System.Text;

namespace OpenAIStream;

/// <summary>
/// Reads lines with PSReadLine, if the session has it: with its keys, a history and several lines. The chat has its own copy
/// (<see cref="PSReadLineCopy"/>), so the history, keys and colors of the session do not change.
/// </summary>
internal sealed class PSReadLineReader : LineReader
{
    private const string SessionReader = "PSConsoleHostReadLine"; // the function through which the host finds PSReadLine
    private const string PasteOn = "\x1b[?2004h";
    private const string PasteOff = "\x1b[?2004l";
    private const string PasteStart = "[200~";
    private const string PasteEnd = "\x1b[201~";
    private const ConsoleKey Insertion = ConsoleKey.F24; // a key that no keyboard has: it inserts the pending text

    private static PSReadLineReader? _only; // one copy for the whole process, which holds the history of its chats

    private readonly PSReadLineCopy _editor;
    private readonly Queue<ConsoleKeyInfo> _keys = new();
    private string _pending = "";
    private LineEnd _end;
    private bool _isCleared;
    private bool _isMessage;
    private volatile bool _hasRead;
    private Func<string, LineCompletions> _complete = static _ => LineCompletions.None;
    private LineCompletions _completions = LineCompletions.None;
    private string _completed = ""; // the line after the last Tab
    private int _nextCompletion;

    private PSReadLineReader(PSReadLineCopy editor)
    {
        _editor = editor;
        editor.AddToHistory = line => _isMessage && _hasRead && line.Length > 0; // the lines that it first takes over from the session are not messages
        editor.ReadKey = ReadKey;
        editor.SetKey("Accept", () => End(LineEnd.Entered), "Enter");
        editor.SetKey("Cancel", () => End(LineEnd.Canceled), "Ctrl+c");
        editor.SetKey("Close", Close, "Ctrl+d");
        editor.SetKey("Clear", Clear, "Ctrl+l");
        editor.SetKey("Complete", Complete, "Tab");
        editor.SetKey("NewLine", () => editor.Insert("\n"), "Alt+Enter", "Shift+Enter", "Ctrl+Enter");
        editor.SetKey("Insert", Insert, "F24");
    }

    public override bool TakesDraft => true;

    public override bool HearsCancel => true;

    /// <summary>Returns the reader; null if the session has no PSReadLine, or an unknown one.</summary>
    public static PSReadLineReader? Get(CommandInvocationIntrinsics session) =>
        !session.GetCommands(SessionReader, CommandTypes.Function, nameIsPattern: false).Any() ? null // GetCommand would load the module
        : _only ??= PSReadLineCopy.Load() is PSReadLineCopy copy ? new PSReadLineReader(copy) : null;

    public override TypedLine Read(string prompt, string draft, Func<string, LineCompletions> complete) => Read(prompt, draft, complete, isMessage: true);

    public override TypedLine ReadAnswer(string question) => Read(question, "", static _ => LineCompletions.None, isMessage: false);

    private TypedLine Read(string prompt, string draft, Func<string, LineCompletions> complete, bool isMessage)
    {
        _complete = complete;
        _isMessage = isMessage;
        _pending = draft;
        do
        {
            _isCleared = false;
            _keys.Clear();
            if (_pending.Length > 0)
            {
                _keys.Enqueue(new ConsoleKeyInfo('\0', Insertion, false, false, false));
            }

            Console.Write(PasteOn + prompt);
            try
            {
                string text = _editor.ReadLine(prompt);
                if (!_isCleared)
                {
                    return new TypedLine(_end, text);
                }
            }
            finally
            {
                Console.Write(PasteOff);
            }
        }
        while (true);
    }

    private void End(LineEnd end)
    {
        _end = end;
        _editor.Accept(end == LineEnd.Canceled ? "^C\n" : "\n");
    }

    private void Close()
    {
        if (_editor.Text.Length == 0)
        {
            End(LineEnd.Closed);
        }
        else
        {
            _editor.DeleteChar();
        }
    }

    /// <summary>Clears the screen. PSReadLine itself would write the session's prompt there.</summary>
    private void Clear()
    {
        _pending = _editor.Text;
        _isCleared = true;
        _editor.Replace(0, _pending.Length, "");
        _editor.Accept("");
        Console.Clear();
    }

    private void Insert()
    {
        string text = _pending;
        _pending = "";
        _editor.Insert(text);
    }

    /// <summary>Each Tab inserts the next completion of the text before the cursor.</summary>
    private void Complete()
    {
        string line = _editor.Text;
        if (line != _completed || _completions.Texts.Length == 0)
        {
            _completions = _complete(line.Substring(0, _editor.Cursor));
            _nextCompletion = 0;
        }

        if (_completions.Texts.Length == 0)
        {
            return;
        }

        string text = _completions.Texts[_nextCompletion++ % _completions.Texts.Length];
        _editor.Replace(_completions.Start, _editor.Cursor - _completions.Start, text);
        _completed = _editor.Text;
    }

    /// <summary>
    /// Returns the next key. Pasted text goes into the line unchanged. It is recognized by the terminal's marks, or by an Enter
    /// that is followed by more input sooner than anyone can type.
    /// </summary>
    private ConsoleKeyInfo ReadKey()
    {
        _hasRead = true;
        if (_keys.Count > 0)
        {
            return _keys.Dequeue();
        }

        var key = Console.ReadKey(intercept: true);
        if (key.Key == ConsoleKey.Enter && key.Modifiers == 0 && Console.KeyAvailable)
        {
            return new ConsoleKeyInfo('\r', ConsoleKey.Enter, shift: true, alt: false, control: false);
        }

        if (key.Key != ConsoleKey.Escape || !Console.KeyAvailable)
        {
            return key;
        }

        foreach (char expected in PasteStart)
        {
            if (!Console.KeyAvailable)
            {
                break;
            }

            var next = Console.ReadKey(intercept: true);
            _keys.Enqueue(next);
            if (next.KeyChar != expected)
            {
                break;
            }
        }

        if (_keys.Count < PasteStart.Length || _keys.Last().KeyChar != '~')
        {
            return key; // the keys read after it come next
        }

        _keys.Clear();
        _pending = Pasted();
        return new ConsoleKeyInfo('\0', Insertion, false, false, false);
    }

    private static string Pasted()
    {
        var text = new StringBuilder();
        while (!EndsWith(text, PasteEnd))
        {
            char character = Console.ReadKey(intercept: true).KeyChar;
            if (character != 0)
            {
                text.Append(character == '\r' ? '\n' : character);
            }
        }

        return text.ToString(0, text.Length - PasteEnd.Length);
    }

    private static bool EndsWith(StringBuilder text, string end) => text.Length >= end.Length && text.ToString(text.Length - end.Length, end.Length) == end;
}
