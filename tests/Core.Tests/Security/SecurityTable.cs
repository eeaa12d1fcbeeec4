#if !NETSTANDARD_BUILD
using System.Globalization;

namespace OpenAIStream.Tests.Security;

/// <summary>One attack: its outcome, its limit, and the test that proves it.</summary>
/// <param name="Tried">The attack.</param>
/// <param name="Outcome">What happens; error ids in backticks.</param>
/// <param name="Limit">The default limit, if there is one.</param>
/// <param name="File">The file of the test, below tests.</param>
/// <param name="Test">The test's name there.</param>
internal sealed record Attack(string Tried, string Outcome, string? Limit, string File, string Test);

/// <summary>The introduction of docs/security.md. Limits come from the code.</summary>
internal static class SecurityTable
{
    private const string Server = "Core.Tests/Http/HostileServerTests.cs", Redirect = "Core.Tests/Http/RedirectTests.cs", Proxy = "Core.Tests/Http/ProxyFailureTests.cs";
    private const string Terminal = "Cmdlets/Terminal.Tests.ps1", Markdown = "Cmdlets/Markdown.Tests.ps1", Loop = "Cmdlets/ToolLoop.Tests.ps1", Hostile = "Cmdlets/Hostile.Tests.ps1", Supply = "Cmdlets/SupplyChain.Tests.ps1";
    private const string Limits = "Cmdlets/Limits.Tests.ps1", Safety = "Cmdlets/ToolSafety.Tests.ps1", Size = "Core.Tests/Http/SizeLimitTests.cs";

    private static readonly OpenAIClientOptions Options = new();
    private static readonly ToolLoop NewLoop = new((_, _) => "");

    public static readonly (string Who, Attack[] Attacks)[] All =
    [
        ("The server",
        [
            new("control characters, OSC sequences, bidirectional and invisible characters in an answer", "every view shows them as symbols or codes; properties keep the original text", null, Terminal, "shows U+<Code> as a symbol or code, and the property keeps it"),
            new("the same in an error's message, code or request id", "safe in each `$ErrorView`, `Get-Error` and `ErrorDetails`", null, Terminal, "every way to look at the error is safe, and its properties are original"),
            new("repeats the key", "`***` in errors and recordings", null, "Core.Tests/Http/SecretTests.cs", "An_echoed_key_is_masked_wherever_it_appears"),
            new("repeats a key, split over two pieces or events", "`***` in recordings", null, "Core.Tests/Recordings/RecordedSecretTests.cs", "A_secret_split_between_events_is_masked_and_the_text_around_it_stays"),
            new("arbitrary bytes as status line, headers, Location and body", "an answer or an `ApiException`; the other prompts of the pipeline continue", null, Server, "Any_status_line_headers_and_body_give_an_answer_or_a_documented_exception"),
            new("a redirect to another host", "the other host receives the request, but neither the key nor headers", null, Redirect, "Another_host_gets_the_request_without_the_key_and_our_other_headers"),
            new("a redirect to `//`, a file, `javascript:` or an incomplete address", "`ConnectionFailed` or `ApiStatus`; nothing is sent there", null, Server, "A_redirect_to_any_address_ends_in_a_documented_exception"),
            new("a redirect from https to http", "`ConnectionFailed`", null, Redirect, "A_redirect_out_of_TLS_is_not_followed"),
            new("endless redirects", "`ConnectionFailed`", $"{Transport.MostRedirects} redirects", Redirect, "Redirects_in_a_circle_end"),
            new("endlessly repeated error pages, events and brackets", "an error within a short time", $"{Megabytes(Transport.MostErrorBytes)} and {Transport.LongestErrorRead.TotalSeconds} s for reading an error", Server, "A_repetitive_body_ends_soon"),
            new("an HTML error page", "the error shows only its title", null, "Core.Tests/Http/HtmlErrorTests.cs", "The_error_for_a_page_with_an_error_status_contains_its_title"),
            new("a response whose id is `..`", "the stream is not resumed", null, Server, "The_id_of_a_broken_response_cannot_change_the_path"),
            new("a certificate with another name, outside its validity period, or from an untrusted issuer", "`CertificateRefused` with host, port and reason; not retried", null, "Core.Tests/Http/CertificateTests.cs", "The_error_says_what_is_wrong_with_a_certificate"),
            new("a failed negotiation of TLS or HTTP/2", "`ConnectionFailed` with the innermost reason", null, "Core.Tests/Http/CertificateTests.cs", "An_unsupported_version_of_TLS_is_reported_by_the_innermost_reason"),
            new("an endless answer", "`ResponseTooLarge`", Raised(Megabytes(Options.MaxResponseBytes), "-MaximumResponseBytes", nameof(Options.MaxResponseBytes)), Size, "Buffered_text_has_a_limit"),
            new("an endless event", "`EventTooLarge`, after the events before it", Raised(Megabytes(Options.MaxEventBytes), "-MaximumEventBytes", nameof(Options.MaxEventBytes)), Limits, "refuse an event larger than -MaximumEventBytes, after the events before it"),
            new("half a megabyte of gzip or Brotli that expands to gigabytes, compressed once or twice", "`ResponseTooLarge`", Raised($"{Options.MaxDecompressionRatio} times, beyond {Megabytes(CountedStream.Floor)}", "-MaximumDecompressionRatio", nameof(Options.MaxDecompressionRatio)), Size, "Data_that_expands_a_hundredfold_is_refused_beyond_64_MB"),
            new("an answer compressed three times", "`MalformedResponse`", "two", Size, "Three_nested_compressions_are_refused"),
            new("an answer too large for the memory of the machine", "`OutOfMemory`", null, "Core.Tests/Http/PeakMemoryTests.cs", "Running_out_of_memory_is_reported_as_such"),
            new("endless comments, blank lines or spaces, byte by byte", "`TotalTimeout`", "none by default; `-TotalTimeoutSeconds` of `Connect-OpenAI` and of each request, `TotalTimeout`", Limits, "is ended by -TotalTimeoutSeconds: <What>"),
            new("an endless stream", "each event is delivered; their total size has no limit", null, Limits, "do not add up the events of a stream"),
        ]),
        ("The model",
        [
            new("requests a command that is not one of its tools", "the command is not run, and the model receives an error", null, Loop, "runs only the specified commands"),
            new("writes code, paths or variables in the arguments of a tool", "they are data, bound by name", null, Loop, "passes values unchanged: <What>"),
            new("sends a number, a list, or text that is not a JSON object as the arguments of a tool", "the tool is not run, the model receives the reason, and the conversation continues", null, Safety, "are reported to the model, and the conversation continues: <What>, <Command>, streamed <Streamed>"),
            new("sends an undeclared parameter, or the same parameter twice", "the same", null, Loop, "does not run a call with <What>, and reports the reason to the model"),
            new("sends a number that no type can hold, such as 1e400", "the same", "the range of the parameter's type; 1000 digits for an untyped parameter", Safety, "are reported to the model, and the conversation continues: <What>, <Command>, streamed <Streamed>"),
            new("requests a tool whose name ends in a line break", "the model receives an error that there is no such tool; `ConvertTo-OpenAITool` refuses such a name", null, Safety, "does not match one with a line break that a model requests"),
            new("requests any number of calls in one answer", "`ToolCallLimit`; none is run", Raised($"{NewLoop.MaximumCalls} calls", "-MaximumToolCalls", nameof(NewLoop.MaximumCalls)), Safety, "are not run if one answer requests more than the limit: <Command>, streamed <Streamed>"),
            new("calls a tool that prompts for input in an unattended session", "the tool fails, the model receives the error, and a warning names the tool", null, Safety, "is refused, which is reported to the model and the user: <Body> <Switch>"),
            new("requests tools again and again", "`ToolRoundLimit`", Raised($"{NewLoop.MaximumRounds} rounds", "-MaximumToolRounds", nameof(NewLoop.MaximumRounds)), Loop, "ends with an error if the model requests tools endlessly"),
            new("hides what a tool would do behind spaces and long values", "the prompt of `-Confirm` shortens values, counts spaces and shows unusual ones", null, Terminal, "is safe and short: <What>"),
            new("writes an escape character as an entity, `&#27;`, in text or an address", "it is shown as a symbol, like the character itself", null, Markdown, "never lets an entity or an address produce a control character"),
            new("hides the true target of a link behind its text", "the address is shown after the text; only http and https become links", null, "Core.Tests/Console/Markdown/MarkdownTextTests.cs", "With_colors"),
            new("writes PowerShell that names modules or assemblies", "it is shown; coloring it loads nothing and looks up nothing", null, Markdown, "only reads PowerShell code: <_> runs nothing"),
            new("sends something other than an image in its place, or an image that is broken or huge", "its size or name is shown instead; a terminal receives an image only as Base64 or sixels that the module wrote", "4096 by 4096 pixels of a PNG", "Core.Tests/Console/ImageTests.cs", "What_is_not_a_whole_png_is_not_drawn"),
            new("writes the text that starts a message in a saved chat", "it stays part of its own message, with a backslash before it in the file", null, "Core.Tests/Models/ChatConversationTests.cs", "No_text_becomes_another_message"),
            new("writes Markdown that opens delimiters and never closes them", "at most the line is held back, and each character is read a few times", null, "Core.Tests/Console/Markdown/MarkdownSpeedTests.cs", "A_line_of_one_repeated_character_is_read_only_a_few_times"),
        ]),
        ("Leaving a stream while chunks arrive",
        [
            new("Ctrl+C in `foreach`, `while ($s.MoveNext())` or `$s \\| ForEach-Object`", "the connection is closed", "100 ms", "Engine.Tests/LoopTests.cs", "Ctrl_C_closes_a_stream_that_flows_every_time"),
            new("`break`, `throw` or `return` there", "the same", "100 ms", "Engine.Tests/LoopTests.cs", "Leaving_a_loop_closes_the_connection"),
            new("the end of the runspace", "the same, also for a MoveNext outside a loop", "100 ms", "Engine.Tests/LoopTests.cs", "Closing_the_runspace_closes_a_running_stream"),
            new("Ctrl+C, an error or `Select-Object -First` while a cmdlet streams", "the same", "100 ms", "Engine.Tests/LeaveTests.cs", "Leaving_the_pipeline_closes_the_connection"),
            new("a thousand stops", "no connection, thread or handle remains", null, "Engine.Tests/LeakTests.cs", "Many_stops_leave_no_connections_threads_or_handles"),
        ]),
        ("A file, or a value from one",
        [
            new("a recording that is a device, a pipe, or a link to one", "`InvalidConfiguration`, before it is opened", null, "Cmdlets/Recordings.Tests.ps1", "refuses <Name> instead of a recording before reading it"),
            new("a huge recording", "`InvalidConfiguration`, before it is opened", Megabytes(Recording.LargestFile), "Cmdlets/Recordings.Tests.ps1", "refuses <Name> instead of a recording before reading it"),
            new("a name with control characters", "shown safely in errors and warnings", null, Terminal, "with an unusual name is reported safely"),
            new("`..`, or what a server could unescape to it (`a%2f..`), for `-ResumeFrom`, `-ThreadId`, or `-Model` on Azure", "`InvalidConfiguration`; nothing is sent", null, Hostile, "is refused in -ResumeFrom <_>"),
            new("in C#, a path that leads out of the base address", "`ArgumentException`; nothing is sent", null, Server, "A_path_that_leads_out_of_the_base_address_is_refused"),
        ]),
        ("A local user",
        [
            new("reads recordings", "only the user can read them; a replaced recording keeps its mode", null, "Core.Tests/Recordings/RecordedSecretTests.cs", "A_recording_is_readable_only_by_its_user"),
            new("reads a file that `-OutFile` creates or replaces", "readable only by its owner until it is complete; then it gets the mode of the replaced file, or the mode that results from the umask", null, "Cmdlets/Paths.Tests.ps1", "has mode <After> after <Before>, and <Meanwhile> while it is written"),
            new("looks for the key in verbose and debug messages", "it is in neither", null, "Cmdlets/Key.Tests.ps1", "is not in verbose and debug output"),
        ]),
        ("A proxy",
        [
            new("refuses the password (407)", "`ProxyAuthentication`, which names the proxy", "the password is sent once for each call", Proxy, "A_refused_password_is_sent_once_and_the_error_names_the_proxy"),
            new("is down, or closes the connection", "`ProxyFailed`, which names the proxy", null, Proxy, "An_unreachable_proxy_is_blamed_instead_of_the_service"),
            new("refuses the tunnel (403)", "`ProxyFailed`; not retried", null, Proxy, "A_refused_tunnel_reports_its_status_and_a_forbidden_one_is_not_retried"),
            new("has a user name and password in its address", "they are used, and appear in no exception", null, Proxy, "User_name_and_password_in_an_address_are_used_and_in_no_exception"),
            new("has an unsupported scheme (`ftp`)", "refused by `Connect-OpenAI`", null, Proxy, "An_unsupported_kind_of_proxy_is_refused_at_once"),
        ]),
        ("A supplier of packages",
        [
            new("replaces a package without changing its version", "the restore fails, in CI and locally", null, Supply, "of <Project> uses a lock file, with a hash for each package"),
            new("provides a package with a known vulnerability", "CI fails", null, Supply, "is audited, and in CI it is locked and fails on a known vulnerability"),
            new("moves the tag of an action", "CI runs the commit that the workflow names", null, Supply, "references each action by its commit, with the release in a comment"),
            new("modifies one of our packages in transit", "its hash and those of its assemblies differ from its bill of materials", null, Supply, "has each assembly with its version and hash, and no other"),
        ]),
    ];

    /// <summary>A limit, and the parameter and the option that raise it.</summary>
    private static string Raised(string limit, string parameter, string property) => $"{limit}; `{parameter}`, `{property}`";

    private static string Megabytes(long? bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024 / 1024} MB");
}
#endif
