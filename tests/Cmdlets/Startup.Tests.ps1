BeforeDiscovery {
    $script:isCompiled = $env:OPENAISTREAM_TESTED -and (Test-Path (Join-Path (Split-Path $env:OPENAISTREAM_TESTED) net10.0)) -and [Environment]::Version.Major -eq 10
}
BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
    $folder = Split-Path (Get-BuiltModule)
    $types = [xml] (Get-Content (Join-Path $folder OpenAIStream.types.ps1xml) -Raw)
    $formats = [xml]::new()
    $formats.PreserveWhitespace = $true # like the engine
    $formats.Load((Join-Path $folder OpenAIStream.format.ps1xml))
}
AfterAll { Stop-TestServer }

# An import and a first call wait for the work of the engine: these tests count that work, without a clock.
Describe 'An import of the module' {
    It 'evaluates no statement in the manifest, whose call sites would be compiled' {
        $tree = [Management.Automation.Language.Parser]::ParseFile((Get-BuiltModule), [ref] $null, [ref] $null)
        $statements = $tree.FindAll({ param($node) $node -is [Management.Automation.Language.IfStatementAst] -or $node -is [Management.Automation.Language.CommandAst] -or $node -is [Management.Automation.Language.BinaryExpressionAst] }, $true)
        $statements | Should -BeNullOrEmpty
    }

    It 'makes the engine read few entries for types' {
        $types.Types.Type.Count | Should -BeLessThan 160
        $types.SelectNodes('//*').Count | Should -BeLessThan 1250
    }

    It 'makes the engine read few nodes for views' {
        $formats.SelectNodes('//View').Count | Should -BeLessThan 55
        $formats.SelectNodes('//node()').Count | Should -BeLessThan 3900
    }

    It 'ends the search for each type with an adapter at the assembly in the manifest' {
        $loader = [Reflection.Assembly]::LoadFrom((Join-Path $folder "Core/OpenAIStream.Loader.dll"))
        $adapted = $types.Types.Type | Where-Object { $_['TypeAdapter'] } | ForEach-Object Name
        $adapted.Count | Should -BeGreaterThan 100
        $adapted | Where-Object { -not $loader.GetType($_, $false, $true) } | Should -BeNullOrEmpty
    }
}

Describe 'A first call' -Skip:(-not $isCompiled) {
    BeforeAll {
        Add-StreamReply ('One' | ConvertTo-Chunk), (ConvertTo-Chunk '' -FinishReason stop)
        Add-StreamReply (@('One', 'two', 'three', "fo`nur", 'fünf', '"six"', 'seven' | ConvertTo-Chunk) + (ConvertTo-Chunk '' -FinishReason stop))
        $said = Invoke-ChildProcess (@'
            Add-Type @"
                public sealed class Compiled : System.Diagnostics.Tracing.EventListener
                {
                    public static readonly System.Collections.Concurrent.ConcurrentQueue<string> Methods = new();
                    public static bool IsOn;

                    protected override void OnEventSourceCreated(System.Diagnostics.Tracing.EventSource source)
                    {
                        if (source.Name == "Microsoft-Windows-DotNETRuntime")
                        {
                            EnableEvents(source, System.Diagnostics.Tracing.EventLevel.Verbose, (System.Diagnostics.Tracing.EventKeywords)0x10);
                        }
                    }

                    protected override void OnEventWritten(System.Diagnostics.Tracing.EventWrittenEventArgs written)
                    {
                        if (IsOn && written.EventName?.StartsWith("MethodLoadVerbose") == true)
                        {
                            Methods.Enqueue($"{written.Payload[6]}::{written.Payload[7]}");
                        }
                    }
                }
"@
            Connect-OpenAI -BaseUri ADDRESS -ApiKey (ConvertTo-SecureString sk-as-users-have-one -AsPlainText -Force)
            $listener = [Compiled]::new()
            [Compiled]::IsOn = $true
            Invoke-OpenAIChatCompletion hi -Stream | Select-Object -First 1 | Out-Null
            [Compiled]::IsOn = $false
            [Compiled]::Methods
            'The rest of a stream:'
            [Compiled]::Methods.Clear()
            [Compiled]::IsOn = $true
            Invoke-OpenAIChatCompletion hi -Stream | ForEach-Object { $_ } | Out-Null
            [Compiled]::IsOn = $false
            [Compiled]::Methods
'@ -creplace 'ADDRESS', "$($server.http1)v1")
        $divide = $said.IndexOf('The rest of a stream:')
        $compiled = $said[0..($divide - 1)]
        $later = $said[$divide..($said.Count - 1)]
    }

    It 'compiles of our own methods only those that cannot be compiled ahead of time: those that wait' {
        $ours = $compiled -match 'OpenAIStream\.'
        $ours.Count | Should -BeGreaterThan 0 -Because 'methods are counted at all'
        $others = $ours -notmatch 'AsyncStateMachineBox'
        $others.Count | Should -BeLessOrEqual 4 -Because ($others -join "`n")
    }

    It 'compiles nothing for the chunks after the first one, except what waits' {
        $later -match '^(?!System\.Management|Microsoft\.PowerShell).*OpenAIStream\.' -notmatch 'AsyncStateMachineBox' | Should -BeNullOrEmpty
        $later -match 'System\.(MemoryExtensions|SpanHelpers|Array|Collections\.Generic\.List)' | Should -BeNullOrEmpty
    }

    It 'compiles no LINQ over structs' {
        $compiled -match 'System\.Linq.*(KeyValuePair|ValueTuple)' | Should -BeNullOrEmpty
    }

    It 'runs no regular expressions' {
        $compiled -match 'RegularExpressions' | Should -BeNullOrEmpty
    }

    It 'waits in at most <Most> of our methods' -ForEach @{ Most = 5 } {
        $waiting = $compiled -match 'AsyncStateMachineBox' | Select-String 'OpenAIStream\.[\w.]+\+<\w+>' | ForEach-Object { $_.Matches[0].Value } | Sort-Object -Unique
        $waiting.Count | Should -BeLessOrEqual $Most -Because ($waiting -join ', ')
    }
}
