using System.Text;

namespace OpenAIStream;

/// <summary>
/// Watches for Ctrl+C while an answer arrives; without it, the shell would end the whole chat. Other text that is typed is
/// kept for the next line. It must be off while anything else reads the keyboard.
/// </summary>
/// <param name="stop">Called from another thread when Ctrl+C is pressed.</param>
internal sealed class KeyWatch(Action stop) : IDisposable
{
    private const int Interval = 15; // milliseconds between two checks

    private readonly StringBuilder _typed = new();
    private Thread? _thread;
    private volatile bool _isOn;
    private bool _before;

    /// <summary>What was typed, as it would be in a line.</summary>
    public string Typed => _typed.ToString();

    public void Start()
    {
        try
        {
            _before = Console.TreatControlCAsInput;
            Console.TreatControlCAsInput = true;
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            return; // there is no keyboard: the host handles Ctrl+C
        }

        _isOn = true;
        _thread = new Thread(Watch) { IsBackground = true, Name = "OpenAIStream keys" };
        _thread.Start();
    }

    public void Stop()
    {
        if (_thread is null)
        {
            return;
        }

        _isOn = false;
        _thread.Join();
        _thread = null;
        Console.TreatControlCAsInput = _before;
    }

    public void Dispose() => Stop();

    /// <summary>Turns it off while something else reads the keyboard.</summary>
    public T Without<T>(Func<T> read)
    {
        bool isOn = _isOn;
        Stop();
        try
        {
            return read();
        }
        finally
        {
            if (isOn)
            {
                Start();
            }
        }
    }

    private void Watch()
    {
        try
        {
            while (_isOn)
            {
                if (Console.KeyAvailable)
                {
                    Take(Console.ReadKey(intercept: true));
                }
                else
                {
                    Thread.Sleep(Interval);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            // The terminal is gone.
        }
    }

    private void Take(ConsoleKeyInfo key)
    {
        if (key.KeyChar == '\x03' || (key.Key == ConsoleKey.C && key.Modifiers == ConsoleModifiers.Control))
        {
            stop();
        }
        else if (key.Key == ConsoleKey.Backspace)
        {
            _typed.Length = Math.Max(0, _typed.Length - (_typed.Length > 1 && char.IsLowSurrogate(_typed[_typed.Length - 1]) ? 2 : 1));
        }
        else if (key.KeyChar is '\r' or '\n')
        {
            _typed.Append('\n');
        }
        else if (!char.IsControl(key.KeyChar))
        {
            _typed.Append(key.KeyChar);
        }
    }
}
