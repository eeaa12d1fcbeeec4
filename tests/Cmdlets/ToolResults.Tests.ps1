# The results that a model gets for its tool calls.
BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $null = Start-TestServer

    if (-not ('ToolResultTest.Plain' -as [type])) {
        Add-Type @'
namespace ToolResultTest
{
    public struct Size { public int Width { get; set; } public int Height; }
    public class Plain { public int A { get; set; } = 1; public Plain Next { get; set; } public string Bad { get { throw new System.InvalidOperationException("not now"); } } }
    public class Throws : System.Collections.IEnumerable { public System.Collections.IEnumerator GetEnumerator() { throw new System.InvalidOperationException("not now"); } }
}
'@
    }
}
AfterAll { Stop-TestServer }

Describe 'The output of a tool' {
    BeforeEach { Reset-TestServer }

    It 'is sent unchanged: <What>' -ForEach @(
        @{ What = 'an XML document'; Tool = { [xml] '<a b="1"><c/></a>' }; Told = '<a b="1"><c /></a>' }
        @{ What = 'an XML element'; Tool = { ([xml] '<a><c>x</c></a>').a }; Told = '<a><c>x</c></a>' }
        @{ What = 'XML in an object'; Tool = { @{ X = [xml] '<a/>' } }; Told = '{"X":"<a />"}' }
        @{ What = 'XML of LINQ'; Tool = { [Xml.Linq.XElement]::Parse('<a>1</a>') }; Told = '<a>1</a>' }
        @{ What = 'a structure'; Tool = { [ToolResultTest.Size] @{ Width = 2; Height = 3 } }; Told = '{"Width":2,"Height":3}' }
        @{ What = 'a structure in an object'; Tool = { @{ S = [ToolResultTest.Size] @{ Width = 2; Height = 3 } } }; Told = '{"S":{"Width":2,"Height":3}}' }
        @{ What = 'an object in an object'; Tool = { @{ P = [ToolResultTest.Plain]::new() } }; Told = '{"P":{"A":1,"Next":null,"Bad":"[cannot be read: not now]"}}' }
        @{ What = 'a pair'; Tool = { [Collections.Generic.KeyValuePair[string, int]]::new('k', 3) }; Told = '{"Key":"k","Value":3}' }
        @{ What = 'pairs in a list'; Tool = { , @([Collections.Generic.KeyValuePair[string, int]]::new('k', 3)) }; Told = '[{"Key":"k","Value":3}]' }
        @{ What = 'an entry of a hashtable'; Tool = { @{ k = 3 }.GetEnumerator() }; Told = '{"Name":"k","Key":"k","Value":3}' }
        @{ What = 'an expando'; Tool = { $e = [Dynamic.ExpandoObject]::new(); $e.A = 1; , $e }; Told = '{"A":1}' }
        @{ What = 'a time'; Tool = { [datetime]::SpecifyKind([datetime] '2024-05-01T13:00', 'Utc') }; Told = '"2024-05-01T13:00:00.0000000Z"' }
        @{ What = 'a span of time'; Tool = { [timespan] '1.02:03:04' }; Told = '"1.02:03:04"' }
        @{ What = 'a version'; Tool = { [version] '1.2.3' }; Told = '"1.2.3"' }
        @{ What = 'an address'; Tool = { [ipaddress] '192.0.2.1' }; Told = '"192.0.2.1"' }
        @{ What = 'large numbers'; Tool = { [bigint]::Parse('123456789012345678901234567890'); [ulong]::MaxValue; 0.1d }; Told = '[123456789012345678901234567890,18446744073709551615,0.1]' }
        @{ What = 'bytes'; Tool = { , [byte[]] (1, 2, 3) }; Told = '"AQID"' }
        @{ What = 'a stream in memory'; Tool = { [IO.MemoryStream]::new([byte[]] (1, 2, 3)) }; Told = '"AQID"' }
        @{ What = 'another stream'; Tool = { [IO.Stream]::Null }; Told = '"?System.IO.Stream+NullStream: its content was not read]"' }
        @{ What = 'JSON that was read'; Tool = { , [Text.Json.Nodes.JsonNode]::Parse('{"a":[1.50]}') }; Told = '{"a":[1.50]}' }
        @{ What = 'a row'; Tool = { $t = [Data.DataTable]::new(); $null = $t.Columns.Add('A'); $null = $t.Rows.Add('v'); $t.Rows[0] | Select-Object A }; Told = '{"A":"v"}' }
    ) {
        Invoke-TestTool $Tool | Should -BeLike $Told.Replace('[', '`[')
    }

    It 'is never empty: <What>' -ForEach @(
        @{ What = 'no output'; Tool = { }; Told = '(no output)' }
        @{ What = 'null'; Tool = { $null }; Told = 'null' }
        @{ What = 'a null of a database'; Tool = { [DBNull]::Value }; Told = 'null' }
        @{ What = 'an empty text'; Tool = { '' }; Told = '""' }
        @{ What = 'blank lines'; Tool = { ' '; '' }; Told = '[" ",""]' }
        @{ What = 'an empty list'; Tool = { , @() }; Told = '[]' }
        @{ What = 'an empty hashtable'; Tool = { @{} }; Told = '{}' }
        @{ What = 'an object without properties'; Tool = { [object]::new() }; Told = '"System.Object"' }
        @{ What = 'such an object in another'; Tool = { @{ O = [object]::new() } }; Told = '{"O":"System.Object"}' }
        @{ What = 'a list that cannot be read'; Tool = { , [ToolResultTest.Throws]::new() }; Told = '"[cannot be read: not now]"' }
        @{ What = 'a secret'; Tool = { [securestring]::new() }; Told = '"[a secret]"' }
        @{ What = 'an error'; Tool = { Write-Error 'odd' }; Told = 'Error: odd' }
        @{ What = 'an error without words'; Tool = { throw [Exception]::new('') }; Told = 'Error: System.Exception' }
    ) {
        Invoke-TestTool $Tool | Should -BeExactly $Told
    }

    It 'has files with their full names' {
        $null = New-Item -ItemType Directory $TestDrive/files
        Set-Content $TestDrive/files/a.txt hello -NoNewline
        $file = (Get-Item $TestDrive/files/a.txt).FullName
        $folder = (Get-Item $TestDrive/files).FullName
        $told = Invoke-TestTool { Get-ChildItem $TestDrive/files; Get-Item $TestDrive/files; @{ Inner = Get-Item $TestDrive/files/a.txt } } | ConvertFrom-Json
        $told[0].FullName, $told[0].Name, $told[0].Length | Should -Be $file, 'a.txt', 5
        $told[1].FullName, $told[1].Name | Should -Be $folder, 'files'
        $told[2].Inner | Should -Be $file
        $told[0].PSObject.Properties.Name | Should -Not -Contain 'Directory' -Because 'that leads to the whole drive'
    }

    It 'is the text of Format-* output' {
        $told = Invoke-TestTool { 'before'; [pscustomobject]@{ Name = 'a'; Size = 3 } | Format-Table; [pscustomobject]@{ Long = 'x' } | Format-List }
        $told | Should -BeExactly "before`nName Size`n---- ----`na       3`n`n`nLong : x"
        Invoke-TestTool { @{ Inner = [pscustomobject]@{ Name = 'a' } | Format-List } } | Should -BeExactly '{"Inner":["Name : a"]}'
        Invoke-TestTool { 1..3 | Format-Table | Select-Object -Skip 1 } | Should -Not -BeLike '*ClassId2e4f51ef*' -Because 'half of it is no table, and no riddle either'
        $Error | Should -BeNullOrEmpty
    }

    It 'is marked where it was cut' {
        $deep = @{}
        $inner = $deep
        1..30 | ForEach-Object { $inner.n = @{}; $inner = $inner.n }
        Invoke-TestTool { $deep } | Should -BeLike '*"`[cut: System.Collections.Hashtable, nested more than 16 levels deep`]"*'
        $self = @{ a = 1 }
        $self.self = $self
        Invoke-TestTool { $self } | Should -BeLike '*"self":"`[cut: refers back to the System.Collections.Hashtable that contains it`]"*'
        $plain = [ToolResultTest.Plain]::new()
        $plain.Next = [ToolResultTest.Plain]::new()
        $plain.Next.Next = $plain
        Invoke-TestTool { $plain } | Should -BeLike '*"Next":"`[cut: refers back to the ToolResultTest.Plain that contains it`]"*'
        $parent = [pscustomobject]@{ Name = 'p'; Child = $null }
        $parent.Child = [pscustomobject]@{ Name = 'c'; Parent = $parent }
        Invoke-TestTool { $parent } | Should -BeLike '{"Name":"p","Child":{"Name":"c","Parent":"`[cut: refers back to *`]"}}'
    }

    It 'is the same in every culture' {
        $before = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = 'de-DE'
            Invoke-TestTool { 1.5; [decimal] 2.5; [datetime] '2024-05-01'; [ValueTuple]::Create(1.5, 'x'); @{ 1.5 = 1 } } |
                Should -BeExactly '[1.5,2.5,"2024-05-01T00:00:00.0000000","(1.5, x)",{"1.5":1}]'
            [cultureinfo]::CurrentCulture.Name | Should -Be 'de-DE'
        } finally {
            [cultureinfo]::CurrentCulture = $before
        }
    }
}

Describe 'The exit code of a native program in a tool' {
    BeforeEach {
        Reset-TestServer
        $shell = [Environment]::ProcessPath
    }

    It 'is sent if it is not 0' {
        Invoke-TestTool { & $shell -NoProfile -Command 'exit 3' } | Should -BeExactly "(no output)`nExit code: 3"
        Invoke-TestTool { & $shell -NoProfile -Command "'out'; [Console]::Error.WriteLine('aside'); exit 4" } | Should -BeExactly "out`naside`nExit code: 4"
        Invoke-TestTool { & $shell -NoProfile -Command "'out'" } | Should -BeExactly 'out'
    }

    It 'is sent for a script that exits' {
        Set-Content $TestDrive/ends.ps1 "'part'; exit 3"
        Invoke-TestTool (ConvertTo-OpenAITool (Get-Command $TestDrive/ends.ps1)) | Should -BeExactly "part`nExit code: 3"
    }

    It 'is that of this call, and does not change that of the session' {
        $global:LASTEXITCODE = 7
        Invoke-TestTool { 'fine' } | Should -BeExactly 'fine'
        $global:LASTEXITCODE | Should -Be 7
        $global:LASTEXITCODE = 0
    }
}

Describe 'Invoke-OpenAIThreadRun -ToolOutput' {
    BeforeEach { Reset-TestServer }

    It 'sends the output of a tool like -InvokeTools does' {
        Add-JsonReply 200 '{"id":"run_1"}'
        $null = Invoke-OpenAIThreadRun -ThreadId t -RunId r -ToolOutput ([ordered]@{ a = 'text'; b = @{ Temp = 4 }; c = [pscustomobject]@{ A = 1 }; d = 'x', 'y'; e = $null; f = [xml] '<a/>' })
        (Get-SentRequest).Json.tool_outputs.output | Should -BeExactly 'text', '{"Temp":4}', '{"A":1}', "x`ny", 'null', '<a />'
    }
}
