using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using OpenAIStream.Tests.WebSockets;
using Xunit;

namespace OpenAIStream.Tests.Streaming;

/// <summary>docs/behaviour.md contains the fault matrix as text.</summary>
public class BehaviourPageTests
{
    private const string Variable = "OPENAISTREAM_WRITE_DOCS";

    [Fact]
    public void The_page_says_what_the_table_says()
    {
        string file = Path.GetFullPath(Path.Combine(Folder(), "../../../docs/behaviour.md"));
        string page = Page();
        if (Environment.GetEnvironmentVariable(Variable) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, page);
        }

        string written = File.Exists(file) ? File.ReadAllText(file).Replace("\r\n", "\n", StringComparison.Ordinal) : "";
#if NETSTANDARD_BUILD
        Assert.NotEmpty(written); // the page describes the other build; Brotli is the one row that differs
#else
        Assert.True(page == written, $"docs/behaviour.md does not match the table of faults. Run the tests with {Variable}=1 to write it again, and check the difference.");
#endif
    }

    private static string Page()
    {
        var page = new StringBuilder();
        page.Append("""
            # What happens when a server misbehaves

            The tests run each row against a server that does exactly this: over HTTP/1.1 and HTTP/2, read with `MoveNext` and with
            `MoveNextAsync`. The request is a streamed completion with two retries.

            * *Chunks* arrive before the end. The error carries their text (`PartialText`), the request id, and the service's code,
              type and param if it sent them.
            * *Error id* is what PowerShell shows in `FullyQualifiedErrorId`.
            * *Connection* says whether the next request reuses the connection. Over HTTP/2, a stream can be canceled without closing
              its connection, and a reset discards data that was received but not yet read (in .NET itself too); the rows show the
              result if it was read.
            * In no row is the caller blocked for more than 2 s of real time. This includes retries, because the tests control
              their clock.

            The tests generate this page: see `tests/Core.Tests/Streaming/Faults.cs`.

            """);
        foreach (var group in Faults.All.GroupBy(fault => fault.Group))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {group.Key}\n\n");
            page.Append("| The server | Chunks | Then | Error id | Requests | Connection, HTTP/1.1 | HTTP/2 |\n|---|---|---|---|---|---|---|\n");
            foreach (var fault in group)
            {
                page.Append(CultureInfo.InvariantCulture,
                    $"| {fault.Does}{(fault.Setting is null ? "" : $" ({fault.Setting})")} | {fault.Chunks} | {Outcome(fault)} | {Id(fault)} | {fault.Attempts} | {fault.Connection} | {fault.Http2Connection} |\n");
            }
        }

        page.Append("""

            # What happens when a WebSocket misbehaves

            The tests run each row as above, with a streamed response over a WebSocket and with two retries. *Requests* shows the rule
            for sockets: a request that the server may have received is never sent again; one that it cannot have received is. *Socket*
            says whether the next request uses the same socket. The rows are in `tests/Core.Tests/WebSockets/SocketFaults.cs`. Other tests
            in that folder cut each recorded response at every frame, read slowly, send frames of 64 MB, and leave a stream in each phase.

            """);
        foreach (var group in SocketFaults.All.GroupBy(fault => fault.Group))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {group.Key}, over a WebSocket\n\n");
            page.Append("| The server | Events | Then | Error id | Requests | Socket |\n|---|---|---|---|---|---|\n");
            foreach (var fault in group)
            {
                string what = fault.Error is null ? "complete" : $"`{fault.Error.Name}`{(fault.End is StreamEnd end ? $" ({end})" : "")}";
                string id = fault.Error is null ? "" : ErrorIds.Of(fault.Error, TimeoutKind.Operation);
                string setting = fault.Setting is null ? "" : $" ({fault.Setting})";
                page.Append(CultureInfo.InvariantCulture, $"| {fault.Does}{setting} | {fault.Events} | {what} | {id} | {fault.Requests} | {(fault.Serve is not null ? "none" : fault.IsKept ? Fault.Kept : Fault.Closed)} |\n");
            }
        }

        return page.ToString();
    }

    private static string Outcome(Fault fault)
    {
        if (fault.Error is null)
        {
            return "complete";
        }

        string end = fault.End is null ? "" : fault.End == fault.Http2End ? $" ({fault.End})" : $" ({fault.End}; HTTP/2: {fault.Http2End})";
        return $"`{fault.Error.Name}`{end}";
    }

    private static string Id(Fault fault) => fault.Error is null ? ""
        : ErrorIds.Of(fault.Error, fault.Set is null ? TimeoutKind.Operation : TimeoutKind.Total);

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
