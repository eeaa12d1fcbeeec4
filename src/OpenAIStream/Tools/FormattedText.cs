using System.Management.Automation;
using System.Text.RegularExpressions;

namespace OpenAIStream;

/// <summary>The text of what Format-Table and similar cmdlets write: formatting instructions, which have no meaning by themselves.</summary>
internal static class FormattedText
{
    private const int Width = 120;

    private static bool IsOrder(object? item) =>
        PlainValue.Base(item)?.GetType().Namespace == "Microsoft.PowerShell.Commands.Internal.Format";

    /// <summary>A list in which each run of such instructions is replaced by its text.</summary>
    public static IEnumerable<object?> Replace(IEnumerable<object?> items)
    {
        var orders = new List<object?>();
        foreach (object? item in items)
        {
            if (IsOrder(item))
            {
                orders.Add(item);
                continue;
            }

            if (orders.Count > 0)
            {
                yield return Text(orders);
                orders.Clear();
            }

            yield return item;
        }

        if (orders.Count > 0)
        {
            yield return Text(orders);
        }
    }

    private static string Text(List<object?> orders)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand("Microsoft.PowerShell.Utility\\Out-String").AddParameter("Width", Width);
        try
        {
            string text = string.Concat(shell.Invoke<string>(orders));
            return string.Join("\n", Regex.Replace(text, @"\x1b\[[0-9;]*m", "").Split('\n').Select(static line => line.TrimEnd())).Trim('\n');
        }
        catch (RuntimeException exception) when (exception is not PipelineStoppedException)
        {
            return $"[the formatted output cannot be read: {exception.Message}]"; // a part of it, as Select-Object -First leaves
        }
    }
}
