using System.Management.Automation;
using System.Management.Automation.Language;
using System.Runtime.CompilerServices;

namespace OpenAIStream;

/// <summary>
/// The loop or statement of a script that reads a stream, in one call of its function. The engine's debugger always knows
/// the current statement of each function on the call stack, and any thread can ask it.
/// </summary>
internal sealed class ScriptPlace
{
    // The position of code does not change; a script is parsed once for each.
    private static readonly ConditionalWeakTable<IScriptExtent, Reader> Readers = new();

    private readonly Debugger _debugger;
    private readonly int _depth; // of the function, counted from the script that was started first
    private readonly InvocationInfo _call;
    private readonly IScriptExtent _reader;

    private ScriptPlace(Debugger debugger, int depth, InvocationInfo call, IScriptExtent reader)
    {
        _debugger = debugger;
        _depth = depth;
        _call = call;
        _reader = reader;
    }

    /// <summary>Whether the script has left this place. It can be called from any thread.</summary>
    public bool IsLeft
    {
        get
        {
            CallStackFrame[]? stack = Stack(_debugger);
            if (stack is null)
            {
                return false; // it has just changed: the next check will show
            }

            return stack.Length < _depth
                || !ReferenceEquals(stack[stack.Length - _depth].InvocationInfo, _call)
                || !IsWithin(stack[stack.Length - _depth].Position, _reader);
        }
    }

    /// <summary>The code that takes a step of a stream, on the pipeline's thread; null if the step is not part of a loop.</summary>
    /// <param name="debugger">The debugger of the runspace.</param>
    /// <param name="isByEngine">Whether the engine enumerates the stream; otherwise a script calls MoveNext.</param>
    public static ScriptPlace? Find(Debugger debugger, bool isByEngine)
    {
        if (Stack(debugger) is not [{ Position: IScriptExtent position } frame, ..] stack)
        {
            return null;
        }

        var reader = Readers.GetValue(position, _ => new Reader(position, Script(stack, position)));
        var extent = reader.Loop ?? (isByEngine && !reader.IsStep ? position : null);
        return extent is null ? null : new ScriptPlace(debugger, stack.Length, frame.InvocationInfo, extent);
    }

    private static CallStackFrame[]? Stack(Debugger debugger)
    {
        try
        {
            return [.. debugger.GetCallStack()];
        }
        catch (Exception exception) when (exception is ArgumentException or NullReferenceException or InvalidOperationException)
        {
            return null; // the engine's list is not thread-safe
        }
    }

    /// <summary>The script at a position, as the engine has parsed it, or parsed again.</summary>
    private static Ast Script(CallStackFrame[] stack, IScriptExtent position)
    {
        string script = position.StartScriptPosition.GetFullScript();
        foreach (var frame in stack)
        {
            Ast? known = CommandBody.Of(frame.InvocationInfo?.MyCommand)?.Ast;
            while (known?.Parent is not null)
            {
                known = known.Parent;
            }

            if (known is not null && ReferenceEquals(known.Extent.StartScriptPosition.GetFullScript(), script))
            {
                return known;
            }
        }

        return Parser.ParseInput(script, out _, out _);
    }

    private static bool IsWithin(IScriptExtent inner, IScriptExtent outer) => inner.StartOffset >= outer.StartOffset && inner.EndOffset <= outer.EndOffset;

    /// <summary>What a position in a script says about the reader of a stream.</summary>
    private sealed class Reader
    {
        public Reader(IScriptExtent position, Ast script)
        {
            IsStep = script.Find(ast => IsMoveNext(ast) && IsWithin(ast.Extent, position), true) is not null;
            Loop = script.FindAll(ast => ast is LabeledStatementAst loop && IsHead(loop, position, IsStep), true).LastOrDefault()?.Extent;
        }

        /// <summary>Whether a script takes a single step there.</summary>
        public bool IsStep { get; }

        /// <summary>The loop that reads the stream there to its end.</summary>
        public IScriptExtent? Loop { get; }

        private static bool IsMoveNext(Ast ast) =>
            ast is InvokeMemberExpressionAst { Member: StringConstantExpressionAst name } && name.Value.Equals("MoveNext", StringComparison.OrdinalIgnoreCase);

        private static bool IsHead(LabeledStatementAst loop, IScriptExtent position, bool isStep) => (loop, isStep) switch
        {
            (ForEachStatementAst each, false) => IsWithin(position, each.Variable.Extent) || IsWithin(position, each.Condition.Extent),
            (SwitchStatementAst choice, false) => IsWithin(position, choice.Condition.Extent),
            (LoopStatementAst { Condition: PipelineAst { PipelineElements: [CommandExpressionAst condition] } pipeline }, true) =>
                IsWithin(position, pipeline.Extent) && IsMoveNext(condition.Expression),
            _ => false,
        };
    }
}
