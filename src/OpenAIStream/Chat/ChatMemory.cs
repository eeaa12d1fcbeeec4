using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace OpenAIStream;

/// <summary>The last chat of each runspace, so that it can be continued.</summary>
internal static class ChatMemory
{
    private static readonly ConditionalWeakTable<Runspace, Kept> OfRunspace = new();

    /// <summary>The chat of this thread's runspace; null if it had none.</summary>
    public static ChatState? Last
    {
        get => Runspace.DefaultRunspace is Runspace runspace && OfRunspace.TryGetValue(runspace, out var kept) ? kept.State : null;
        set
        {
            if (Runspace.DefaultRunspace is Runspace runspace)
            {
                OfRunspace.GetOrCreateValue(runspace).State = value;
            }
        }
    }

    private sealed class Kept
    {
        public ChatState? State { get; set; }
    }
}
