# Mocks, proxies and functions get the types of parameters and none of the attributes that convert. So the types convert.
BeforeDiscovery {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    Import-BuiltModule
    $common = [Management.Automation.PSCmdlet]::CommonParameters + [Management.Automation.PSCmdlet]::OptionalCommonParameters

    # What a parameter of a type is given, where it has no kinds of its own below.
    $byType = @{
        String = @{ Text = { 'x' } }; 'String[]' = @{ Text = { 'x' }; 'Two texts' = { 'x', 'y' } }; SwitchParameter = @{ Set = { $true } }
        Int32 = @{ Number = { 1 } }; Int64 = @{ Number = { 1 } }; Double = @{ Number = { 0.5 }; Text = { '0.5' } }; Object = @{ Text = { 'x' } }
        Uri = @{ Text = { 'http://localhost/v1' } }; 'Uri[]' = @{ Text = { 'http://localhost/a.png' } }; Version = @{ Text = { '2.0' } }
        IDictionary = @{ Hashtable = { @{ a = 1 } }; Ordered = { [ordered]@{ a = 1 } } }; RecordingMatch = @{ Text = { 'Method, Path' } }
        PSCredential = @{ Credential = { [pscredential]::new('u', (ConvertTo-SecureString 'x' -AsPlainText -Force)) } }; ScriptBlock = @{ 'Script block' = { { 'x' } } }
    }
    $message = @{
        Text = { 'hi' }; 'JSON that is text' = { '{"role":"system"}' }; Number = { 1.5 }; Lines = { 'a', 'b' }; Hashtable = { @{ role = 'user'; content = 'hi' } }
        Ordered = { [ordered]@{ Role = 'user'; Content = 'hi' } }; 'Custom object' = { [pscustomobject]@{ role = 'user'; content = 'hi' } }
        Message = { New-OpenAIMessage 'hi' }; Transcription = { [OpenAIStream.Transcription]'{"text":"hi"}' }
    }
    $tool = @{
        Name = { 'Get-Date' }; Names = { 'Get-Date', 'Get-Item' }; Command = { Get-Command Get-Date }; Hashtable = { @{ type = 'function'; function = @{ name = 'f' } } }
        JSON = { '{"type":"web_search"}' }; Tool = { ConvertTo-OpenAITool Get-Date }; 'Custom object' = { '{"type":"web_search"}' | ConvertFrom-Json }
        Mixed = { 'Get-Date', @{ type = 'web_search' }, (ConvertTo-OpenAITool Get-Item) }
    }
    $chunk = @{ Chunk = { [OpenAIStream.ChatCompletionChunk]'{"choices":[]}' }; Bag = { Get-Bag } }
    $byName = @{
        Message    = $message
        History    = @{
            Text = { 'hi' }; Hashtable = { @{ role = 'user'; content = 'hi' } }; Hashtables = { @{ role = 'user'; content = 'a' }, @{ role = 'assistant'; content = 'b' } }
            Mixed = { 'a', @{ role = 'assistant'; content = 'b' }, (New-OpenAIMessage 'c') }; Completion = { [OpenAIStream.ChatCompletion]'{"choices":[{"message":{"content":"x"}}]}' }
            Messages = { , [System.Collections.Generic.List[OpenAIStream.ChatMessage]] @('a', 'b') }; Nothing = { $null }; Bag = { Get-Bag }
        }
        Tools      = $tool + @{ Nothing = { $null } }
        Connection = @{ Name = { 'Default' }; Connection = { Get-OpenAIConnection }; Nothing = { $null } }
        JsonSchema = @{
            JSON = { '{"type":"object"}' }; Hashtable = { @{ type = 'object' } }; 'Custom object' = { '{"type":"object"}' | ConvertFrom-Json }
            Path = { './schema.json' }; File = { [IO.FileInfo] "$TestDrive/schema.json" }
        }
        ApiKey     = @{ Text = { 'sk-x' }; SecureString = { ConvertTo-SecureString 'sk-x' -AsPlainText -Force } }
        OutFile    = @{ Path = { './x.png' } }
    }
    # Parameters of one name that are of different types.
    $byCommand = @{
        'Join-OpenAIChunk' = @{ InputObject = $chunk }; 'Show-OpenAIStream' = @{ InputObject = $chunk }
        'Invoke-OpenAITranscription' = @{ ResponseFormat = @{ Text = { 'json' } } }
    }

    # Each parameter in each of its sets, with what else is mandatory there.
    $cases = foreach ($command in (Get-Module OpenAIStream).ExportedCmdlets.Values | Sort-Object Name) {
        $kindsOf = {
            param($parameter)
            $type = [Nullable]::GetUnderlyingType($parameter.ParameterType) ?? $parameter.ParameterType
            ($byCommand[$command.Name] ?? @{})[$parameter.Name] ?? $byName[$parameter.Name] ?? $byType[$type.Name]
        }
        $calls = foreach ($set in $command.ParameterSets) {
            foreach ($parameter in $set.Parameters | Where-Object Name -NotIn $common) {
                $kinds = & $kindsOf $parameter
                if (-not $kinds) { throw "Say in byType or byName what -$($parameter.Name) [$($parameter.ParameterType)] of $($command.Name) is given." }
                foreach ($kind in $kinds.Keys | Sort-Object) {
                    $others = @{}
                    $set.Parameters | Where-Object { $_.IsMandatory -and $_.Name -ne $parameter.Name } | ForEach-Object { $others[$_.Name] = (& $kindsOf $_).GetEnumerator() | Sort-Object Key | Select-Object -First 1 -ExpandProperty Value }
                    @{ Name = $parameter.Name; Kind = $kind; Set = $set.Name; Values = $others + @{ $parameter.Name = $kinds[$kind] } }
                }
            }
        }
        @{ Command = $command.Name; Calls = @($calls) }
    }
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $null = Start-TestServer

    # A chunk as it is where it came from a process without the module.
    function Get-Bag {
        $xml = [Management.Automation.PSSerializer]::Serialize([OpenAIStream.ChatCompletionChunk]'{"choices":[{"delta":{"content":"hi"}}]}')
        $bare = [powershell]::Create([initialsessionstate]::CreateDefault2())
        try { $bare.AddScript('[Management.Automation.PSSerializer]::Deserialize($args[0])').AddArgument($xml).Invoke()[0] } finally { $bare.Dispose() }
    }

    function ConvertTo-Splat([hashtable] $Values) {
        $splat = @{}
        $Values.GetEnumerator() | ForEach-Object { $splat[$_.Key] = & $_.Value }
        $splat
    }
}
AfterAll { Stop-TestServer }

Describe 'A mock of <Command>' -ForEach $cases {
    BeforeAll {
        Push-Location $TestDrive
        Set-Content schema.json '{"type":"object"}'
        Mock $Command { 'mocked' }
    }
    AfterAll { Pop-Location }

    It 'takes -<Name>: <Kind> (<Set>)' -ForEach $Calls {
        $splat = ConvertTo-Splat $Values
        & $Command @splat | Should -Be 'mocked'
    }
}
