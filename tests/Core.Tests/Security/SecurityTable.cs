#if !NETSTANDARD_BUILD
using System.Globalization;

namespace OpenAIStream.Tests.Security;

/// <summary>One attack: what happens then, where it ends, and the test that shows it.</summary>
/// <param name="Tried">What is tried.</param>
/// <param name="Outcome">What happens; error ids in backticks.</param>
/// <param name="Limit">The number that holds by default, if there is one.</param>
/// <param name="File">The file of the test, below tests.</param>
/// <param name="Test">The test's name there.</param>
internal sealed record Attack(string Tried, string Outcome, string? Limit, string File, string Test);

/// <summary>What docs/security.md says at its top. Limits are those of the code.</summary>
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
            new("control characters, OSC sequences, bidirectional and invisible characters in an answer", "every view shows them as signs or codes; properties keep the true text", null, Terminal, "shows U+<Code> as what it is, and the property keeps it"),
            new("the same in an error's message, code or request id", "safe in each `$ErrorView`, `Get-Error` and `ErrorDetails`", null, Terminal, "no way to look at the error is unsafe, and its properties are true"),
            new("says the key again", "`***` in errors and recordings", null, "Core.Tests/Http/SecretTests.cs", "A_key_that_comes_back_is_masked_wherever_it_comes"),
            new("says a key again that pieces or events cut in two", "`***` in recordings", null, "Core.Tests/Recordings/RecordedSecretTests.cs", "A_secret_that_events_cut_in_two_is_masked_and_its_neighbours_stay"),
            new("any bytes as status line, headers, Location and body", "an answer or an `ApiException`; other prompts of the pipeline go on", null, Server, "Any_status_line_headers_and_body_end_in_an_answer_or_a_documented_exception"),
            new("a redirect to another host", "it gets the question, but neither key nor headers", null, Redirect, "Another_host_gets_the_question_but_neither_key_nor_any_other_header_of_ours"),
            new("a redirect to `//`, a file, `javascript:` or half an address", "`ConnectionFailed` or `ApiStatus`; nothing is asked there", null, Server, "A_redirect_to_any_place_ends_in_an_exception_of_ours"),
            new("a redirect from https to http", "`ConnectionFailed`", null, Redirect, "A_redirect_out_of_TLS_is_not_followed"),
            new("redirects without an end", "`ConnectionFailed`", $"{Transport.MostRedirects} redirects", Redirect, "Redirects_in_a_circle_end"),
            new("error pages, events and brackets that repeat themselves without an end", "an error soon", $"{Megabytes(Transport.MostErrorBytes)} and {Transport.LongestErrorRead.TotalSeconds} s of an error", Server, "A_body_that_repeats_itself_ends_soon"),
            new("an error page of HTML", "the error shows its title only", null, "Core.Tests/Http/HtmlErrorTests.cs", "Of_a_page_under_an_error_status_the_title_is_told"),
            new("a response whose id is `..`", "the stream is not gone on with", null, Server, "The_id_of_a_broken_response_cannot_change_the_path"),
            new("a certificate for another name, at another time, of an issuer that is not trusted", "`CertificateRefused` with host, port and reason; not tried again", null, "Core.Tests/Http/CertificateTests.cs", "A_certificate_says_what_is_wrong_with_it"),
            new("TLS or HTTP/2 that cannot be agreed on", "`ConnectionFailed` with the innermost reason", null, "Core.Tests/Http/CertificateTests.cs", "Another_version_of_TLS_is_told_by_the_innermost_reason"),
            new("a whole answer without an end", "`ResponseTooLarge`", Raised(Megabytes(Options.MaxResponseBytes), "-MaximumResponseBytes", nameof(Options.MaxResponseBytes)), Size, "What_is_held_as_a_whole_has_a_limit"),
            new("an event without an end", "`EventTooLarge`, after the events before it", Raised(Megabytes(Options.MaxEventBytes), "-MaximumEventBytes", nameof(Options.MaxEventBytes)), Limits, "refuse an event beyond -MaximumEventBytes, after those before it"),
            new("half a megabyte of gzip or Brotli that becomes gigabytes, compressed once or twice", "`ResponseTooLarge`", Raised($"{Options.MaxDecompressionRatio} times, beyond {Megabytes(CountedStream.Floor)}", "-MaximumDecompressionRatio", nameof(Options.MaxDecompressionRatio)), Size, "What_becomes_a_hundred_times_as_large_is_refused_beyond_64_MB"),
            new("an answer compressed three times over", "`MalformedResponse`", "two", Size, "Three_compressions_over_one_another_are_refused"),
            new("an answer that this machine has no memory for", "`OutOfMemory`", null, "Core.Tests/Http/PeakMemoryTests.cs", "Memory_that_runs_out_is_told_as_that"),
            new("comments, blank lines or blanks without an end, byte by byte", "`TotalTimeout`", "none by default; `-TotalTimeoutSeconds` of `Connect-OpenAI` and of each request, `TotalTimeout`", Limits, "meets -TotalTimeoutSeconds: <What>"),
            new("a stream without an end", "each event is delivered; their sum has no limit", null, Limits, "do not count the events of a stream together"),
        ]),
        ("The model",
        [
            new("asks for a command that it was not given", "it is not run, and the model receives an error", null, Loop, "runs no command but those given"),
            new("writes code, paths or variables in a tool's arguments", "they are data, bound by name", null, Loop, "hands over values as they are: <What>"),
            new("writes a number, a list, or text that is no JSON object where a tool's arguments belong", "the tool is not run, the model receives the reason, and the conversation goes on", null, Safety, "are told to the model, and the conversation goes on: <What>, <Command>, streamed <Streamed>"),
            new("gives a parameter that is not declared, or one twice", "the same", null, Loop, "does not run a call with <What>, and tells the model why"),
            new("writes a number that no type holds, such as 1e400", "the same", "what the parameter's type holds; 1000 digits where anything goes", Safety, "are told to the model, and the conversation goes on: <What>, <Command>, streamed <Streamed>"),
            new("asks for a tool whose name ends in a line break", "the model receives the error that there is no such tool; `ConvertTo-OpenAITool` refuses such a name", null, Safety, "is not one with a line break that a model asks for"),
            new("asks for calls without number in one answer", "`ToolCallLimit`; none is run", Raised($"{NewLoop.MaximumCalls} calls", "-MaximumToolCalls", nameof(NewLoop.MaximumCalls)), Safety, "are not run when one answer asks for more than it may: <Command>, streamed <Streamed>"),
            new("runs a tool that asks for input, where nobody is there to answer", "the tool fails, the model receives the error, and a warning names the tool", null, Safety, "is refused, and both the model and the user are told: <Body> <Switch>"),
            new("asks for tools again and again", "`ToolRoundLimit`", Raised($"{NewLoop.MaximumRounds} rounds", "-MaximumToolRounds", nameof(NewLoop.MaximumRounds)), Loop, "ends with an error when the model asks for tools without end"),
            new("hides what a tool is asked to do behind blanks and long values", "the question of `-Confirm` shortens values, counts blanks and shows odd ones", null, Terminal, "is safe and short: <What>"),
            new("writes an escape character as an entity, `&#27;`, in text or an address", "it is a sign, as if it had been written itself", null, Markdown, "never lets an entity or an address bring a control character"),
            new("hides behind the text of a link where it leads, or to what", "the address stands behind the text; only http and https are links", null, "Core.Tests/Console/Markdown/MarkdownTextTests.cs", "With_colors"),
            new("writes PowerShell that names modules or assemblies", "it is shown; coloring it loads and looks up nothing", null, Markdown, "only looks at PowerShell: <_> carries nothing out"),
            new("writes Markdown that never closes what it opens", "no more is held than its line, and each character is read a few times", null, "Core.Tests/Console/Markdown/MarkdownSpeedTests.cs", "A_line_of_one_sign_is_read_a_few_times"),
        ]),
        ("Whoever leaves a stream that flows",
        [
            new("Ctrl+C in `foreach`, `while ($s.MoveNext())` or `$s \\| ForEach-Object`", "the connection is closed", "100 ms", "Engine.Tests/LoopTests.cs", "Ctrl_C_closes_a_stream_that_flows_every_time"),
            new("`break`, `throw` or `return` there", "the same", "100 ms", "Engine.Tests/LoopTests.cs", "Leaving_a_loop_closes_the_connection"),
            new("the end of the runspace", "the same, also for a MoveNext outside a loop", "100 ms", "Engine.Tests/LoopTests.cs", "The_end_of_the_runspace_closes_a_stream_that_flows"),
            new("Ctrl+C, an error or `Select-Object -First` where a cmdlet streams", "the same", "100 ms", "Engine.Tests/LeaveTests.cs", "Leaving_the_pipeline_closes_the_connection"),
            new("a thousand stops", "no connection, thread or handle is left", null, "Engine.Tests/LeakTests.cs", "Many_stops_leave_no_connections_threads_or_handles"),
        ]),
        ("A file, or a value from one",
        [
            new("a recording that is a device, a pipe, or a link to one", "`InvalidConfiguration` before it is opened", null, "Cmdlets/Recordings.Tests.ps1", "refuses <Name> in a recording''s place before it reads it"),
            new("a huge recording", "`InvalidConfiguration` before it is opened", Megabytes(Recording.LargestFile), "Cmdlets/Recordings.Tests.ps1", "refuses <Name> in a recording''s place before it reads it"),
            new("a name with control characters", "safe in errors and warnings", null, Terminal, "with an odd name is told safely"),
            new("a value for `-ResumeFrom`, `-ThreadId`, or `-Model` on Azure, that is `..`", "`InvalidConfiguration`; nothing is sent", null, Hostile, "is refused in -ResumeFrom <_>"),
            new("in C#, a path that leads out of the base address", "`ArgumentException`; nothing is sent", null, Server, "A_path_that_leads_out_of_the_base_address_is_refused"),
        ]),
        ("A local user",
        [
            new("reads recordings", "they are the user's alone; one that is replaced keeps its mode", null, "Core.Tests/Recordings/RecordedSecretTests.cs", "A_recording_is_the_user_s_alone"),
            new("reads what `-OutFile` writes over a private file, or a new one", "readable by its owner alone until it is whole, then with the file's own mode, or the one that the umask says", null, "Cmdlets/Paths.Tests.ps1", "has mode <After> after <Before>, and what is written meanwhile <Meanwhile>"),
            new("looks for the key in verbose and debug lines", "it is in neither", null, "Cmdlets/Key.Tests.ps1", "is not in verbose and debug output"),
        ]),
        ("A proxy",
        [
            new("refuses the password (407)", "`ProxyAuthentication`, which names the proxy", "the password is sent once in a call", Proxy, "A_refused_password_is_sent_once_and_the_error_names_the_proxy"),
            new("is dead, or hangs up", "`ProxyFailed`, which names the proxy", null, Proxy, "A_dead_proxy_is_blamed_and_not_the_service"),
            new("forbids the tunnel (403)", "`ProxyFailed`; not tried again", null, Proxy, "A_tunnel_that_is_refused_tells_the_status_and_what_a_rule_forbids_is_not_asked_again"),
            new("has a user name and password in its address", "they are used, and in no exception", null, Proxy, "User_name_and_password_in_an_address_are_used_and_in_no_exception"),
            new("is of a kind that cannot be used (`ftp`)", "refused by `Connect-OpenAI`", null, Proxy, "A_proxy_of_a_kind_that_cannot_be_used_is_refused_at_once"),
        ]),
        ("Whoever supplies packages",
        [
            new("puts another package under a version that is in use", "the restore ends with an error, in CI and by hand", null, Supply, "of <Project> is held by a lock file, with a hash for each package"),
            new("leaves a known vulnerability in a package", "CI ends with an error", null, Supply, "is audited, and in CI it is locked and a known vulnerability ends it"),
            new("moves the tag of an action", "CI runs the commit that it names", null, Supply, "takes each action by its commit, with the release behind it"),
            new("changes a package of ours on its way", "its hash, and those of its assemblies, are not those of its bill of materials", null, Supply, "has each assembly with its version and hash, and no other"),
        ]),
    ];

    /// <summary>A limit, and what raises it in PowerShell and in C#.</summary>
    private static string Raised(string limit, string parameter, string property) => $"{limit}; `{parameter}`, `{property}`";

    private static string Megabytes(long? bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024 / 1024} MB");
}
#endif
