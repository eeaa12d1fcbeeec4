# Files: how paths are resolved, what -OutFile writes, and lists in headers and query parameters.
BeforeDiscovery {
    # Each parameter with a path, and a name with wildcard characters. The folder is the current one, the drive's root, and ~.
    $readers = @(
        @{ Parameter = 'Invoke-OpenAITranscription -Path'; File = 'a[1].wav'; Read = { param($Path) Add-JsonReply 200 '{"text":"x"}'; (Invoke-OpenAITranscription -Path $Path).Text | Should -Be x } }
        @{ Parameter = 'Invoke-OpenAITranscription -LiteralPath'; File = 'a[1].wav'; Read = { param($Path) Add-JsonReply 200 '{"text":"x"}'; (Invoke-OpenAITranscription -LiteralPath $Path).Text | Should -Be x } }
        @{ Parameter = 'New-OpenAIMessage -ImagePath'; File = 'a[1].gif'; Read = { param($Path) (New-OpenAIMessage x -ImagePath $Path).ContentParts[1]['type'] | Should -Be image_url } }
        @{ Parameter = 'Invoke-OpenAIImage -ImagePath'; File = 'a[1].gif'; Read = { param($Path) Add-JsonReply 200 '{"data":[{"b64_json":"AQID"}]}'; $null = Invoke-OpenAIImage x -ImagePath $Path; (Get-SentForm)['image[]'].FileName | Should -Be 'a[1].gif' } }
        @{ Parameter = 'Invoke-OpenAIImage -MaskPath'; File = 'a[1].json'; Read = { param($Path) Add-JsonReply 200 '{"data":[{"b64_json":"AQID"}]}'; $null = Invoke-OpenAIImage x -ImagePath 'a[1].gif' -MaskPath $Path; (Get-SentForm)['mask'].FileName | Should -Be 'a[1].json' } }
        @{ Parameter = 'Invoke-OpenAITranscription -KnownSpeaker'; File = 'a[1].wav'; Read = { param($Path) Add-JsonReply 200 '{"text":"x"}'; $null = Invoke-OpenAITranscription 'a[1].wav' -KnownSpeaker @{ a = $Path }; (Get-SentForm)['known_speaker_references[]'] | Should -BeLike 'data:audio/wav;base64,*' } }
        @{ Parameter = 'New-OpenAIMessage -AudioPath'; File = 'a[1].wav'; Read = { param($Path) (New-OpenAIMessage x -AudioPath $Path).ContentParts[1]['type'] | Should -Be input_audio } }
        @{ Parameter = 'New-OpenAIMessage -FilePath'; File = 'a[1].pdf'; Read = { param($Path) (New-OpenAIMessage x -FilePath $Path).ContentParts[1]['type'] | Should -Be file } }
        @{ Parameter = 'New-OpenAIMessage -LiteralPath'; File = 'a[1].pdf'; Read = { param($Path) (New-OpenAIMessage x -LiteralPath $Path).ContentParts[1]['type'] | Should -Be file } }
        @{ Parameter = 'Invoke-OpenAIChatCompletion -JsonSchema'; File = 'a[1].json'; Read = { param($Path) Add-JsonReply 200 (ConvertTo-Answer '{}'); $null = Invoke-OpenAIChatCompletion hi -JsonSchema $Path; (Get-SentRequest)[-1].Json.response_format.json_schema.schema.title | Should -Be here } }
        @{ Parameter = 'ConvertFrom-ServerSentEvent -Path'; File = 'a[1].sse'; Read = { param($Path) (ConvertFrom-ServerSentEvent -Path $Path -ErrorAction Stop).Data | Should -Be here } }
        @{ Parameter = 'ConvertFrom-ServerSentEvent -LiteralPath'; File = 'a[1].sse'; Read = { param($Path) (ConvertFrom-ServerSentEvent -LiteralPath $Path -ErrorAction Stop).Data | Should -Be here } }
        @{ Parameter = 'Connect-OpenAI -ReplayFrom'; File = 'a[1].recording.txt'; Read = { param($Path) (Connect-OpenAI -ReplayFrom $Path -Name other -PassThru).ReplayFrom | Should -Be (Join-Path (Get-Location).ProviderPath 'a[1].recording.txt') } }
    )
    $writers = @(
        @{ Parameter = 'Invoke-OpenAIImage -OutFile'; File = 'b[1].png'; Read = { param($Path) Add-JsonReply 200 '{"data":[{"b64_json":"AQID"}]}'; (Invoke-OpenAIImage hi -OutFile $Path).FullName | Should -Be (Join-Path (Get-Location).ProviderPath 'b[1].png') } }
        @{ Parameter = 'Invoke-OpenAISpeech -OutFile'; File = 'b[1].mp3'; Read = { param($Path) Add-Audio x; (Invoke-OpenAISpeech hi -OutFile $Path).FullName | Should -Be (Join-Path (Get-Location).ProviderPath 'b[1].mp3') } }
        @{ Parameter = 'Connect-OpenAI -RecordTo'; File = 'b[1]'; Read = { param($Path) (Connect-OpenAI -BaseUri http://127.0.0.1:1 -RecordTo $Path -Name other -PassThru).RecordTo | Should -Be (Join-Path (Get-Location).ProviderPath 'b[1]') } }
    )
    $forms = @(
        @{ Form = 'its name alone'; Path = { param($File) $File } }
        @{ Form = 'the whole path'; Path = { param($File) Join-Path (Get-Location).ProviderPath $File } }
        @{ Form = 'a drive of its own'; Path = { param($File) "paths:/$File" } }
        @{ Form = 'the home folder'; Path = { param($File) "~/$File" } }
        @{ Form = 'a provider'; Path = { param($File) "FileSystem::$(Join-Path (Get-Location).ProviderPath $File)" } }
        @{ Form = 'a PSPath'; Path = { param($File) "Microsoft.PowerShell.Core\FileSystem::$(Join-Path (Get-Location).ProviderPath $File)" } }
    )
    $table = foreach ($one in $readers + $writers) { foreach ($form in $forms) { $one + $form } }
    $refused = foreach ($one in $readers + $writers) { foreach ($path in 'Env:PATH', 'Variable:HOME', 'nodrive:/x') { $one + @{ Path = $path } } }
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $null = Start-TestServer
    $folder = (New-Item -ItemType Directory $TestDrive/folder).FullName
    $home0 = (Get-PSProvider FileSystem).Home
    (Get-PSProvider FileSystem).Home = $folder
    $null = New-PSDrive paths FileSystem $folder -Scope Script
    Push-Location $folder
    [IO.File]::WriteAllText("$folder/a[1].wav", "RIFF    WAVE")
    [IO.File]::WriteAllText("$folder/a[1].gif", 'GIF89a')
    [IO.File]::WriteAllText("$folder/a[1].pdf", '%PDF-1.7')
    [IO.File]::WriteAllText("$folder/a[1].json", '{"title":"here","type":"object"}')
    [IO.File]::WriteAllText("$folder/a[1].sse", "data: here`n`n")
    [IO.File]::Copy((Get-ChildItem "$PSScriptRoot/../../src/module/recordings" -Recurse -Filter *.recording.txt)[0].FullName, "$folder/a[1].recording.txt")

    function Add-Audio([string] $Text) { Add-Reply @{ headers = @{ 'content-type' = 'audio/mpeg' }; steps = @(@{ send = $Text }) } }
}
AfterAll {
    Pop-Location
    Remove-PSDrive paths
    (Get-PSProvider FileSystem).Home = $home0
    Stop-TestServer
}

Describe 'A path' {
    BeforeEach { Reset-TestServer }

    It '<Parameter> accepts it as <Form>' -ForEach $table {
        & $Read (& $Path $File)
        $Error | Should -BeNullOrEmpty
    }

    It '<Parameter> refuses <Path>, which is not a file path' -ForEach $refused {
        { & $Read $Path } | Should -Throw -ExpectedMessage $(if ($Path -like 'nodrive*') { '*nodrive*' } else { "*'$Path' is a path of the provider *, not of a file*" })
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'can be relative to another provider, which is reported' {
        Push-Location Env:
        try { { New-OpenAIMessage x -ImagePath a.gif } | Should -Throw -ExpectedMessage '*provider Environment*' } finally { Pop-Location }
    }
}

Describe 'Patterns' {
    BeforeAll {
        $many = (New-Item -ItemType Directory "$TestDrive/many").FullName
        'a', 'b', 'c[1]' | ForEach-Object { [IO.File]::WriteAllText("$many/$_.wav", 'RIFF    WAVE'); [IO.File]::WriteAllText("$many/$_.sse", "data: $_`n`n") }
        $null = New-PSDrive many FileSystem $many -Scope Script
    }
    BeforeEach { Reset-TestServer }
    AfterAll { Remove-PSDrive many }

    It 'are expanded, and a file with such a name is found' {
        (New-OpenAIMessage x -AudioPath many:/*.wav).ContentParts | Should -HaveCount 4
        (New-OpenAIMessage x -AudioPath 'many:/[ab].wav', 'many:/c[1].wav', 'many:/c`[1`].wav').ContentParts | Should -HaveCount 5
        (ConvertFrom-ServerSentEvent -Path 'many:/[ab].sse', 'many:/c[1].sse').Data | Should -Be a, b, 'c[1]'
        1..4 | ForEach-Object { Add-JsonReply 200 '{"text":"x"}' }
        Invoke-OpenAITranscription 'many:/[ab].wav', 'many:/c[1].wav' | Should -HaveCount 3
    }

    It 'have no meaning in -LiteralPath: <Name>' -ForEach @(
        @{ Name = 'New-OpenAIMessage'; Call = { New-OpenAIMessage x -LiteralPath 'many:/*.wav' } }
        @{ Name = 'Invoke-OpenAITranscription'; Call = { Invoke-OpenAITranscription -LiteralPath 'many:/*.wav' } }
        @{ Name = 'ConvertFrom-ServerSentEvent'; Call = { ConvertFrom-ServerSentEvent -LiteralPath 'many:/*.sse' -ErrorAction Stop } }
    ) {
        $Call | Should -Throw -ErrorId 'PathNotFound,*' -ExpectedMessage '*file*many:/*does not exist*'
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'that match nothing are an error: <Name>' -ForEach @(
        @{ Name = 'New-OpenAIMessage'; Call = { New-OpenAIMessage x -ImagePath 'many:/*.none' } }
        @{ Name = 'Invoke-OpenAITranscription'; Call = { Invoke-OpenAITranscription 'many:/*.none' } }
        @{ Name = 'ConvertFrom-ServerSentEvent'; Call = { ConvertFrom-ServerSentEvent -Path 'many:/*.none' -ErrorAction Stop } }
    ) {
        $Call | Should -Throw -ErrorId 'PathNotFound,*'
    }
}

Describe 'A path that is not a regular file' {
    BeforeAll { Reset-TestServer }

    It 'is refused without being opened: <Name> of <Kind>' -Skip:($IsWindows) -ForEach @(
        foreach ($kind in 'a pipe', 'a link to a device', 'an empty file') {
            @{ Kind = $kind; Name = 'New-OpenAIMessage -ImagePath'; Call = { New-OpenAIMessage x -ImagePath $odd } }
            @{ Kind = $kind; Name = 'New-OpenAIMessage -AudioPath'; Call = { New-OpenAIMessage x -AudioPath $odd } }
            @{ Kind = $kind; Name = 'New-OpenAIMessage -FilePath'; Call = { New-OpenAIMessage x -FilePath $odd } }
            @{ Kind = $kind; Name = 'New-OpenAIMessage -LiteralPath'; Call = { New-OpenAIMessage x -LiteralPath $odd -ErrorAction Stop } }
            @{ Kind = $kind; Name = 'Invoke-OpenAIImage -ImagePath'; Call = { Invoke-OpenAIImage x -ImagePath $odd } }
            @{ Kind = $kind; Name = 'Invoke-OpenAITranscription'; Call = { Invoke-OpenAITranscription $odd -ErrorAction Stop } }
            @{ Kind = $kind; Name = 'Invoke-OpenAITranscription -KnownSpeaker'; Call = { Invoke-OpenAITranscription $odd -KnownSpeaker @{ Ann = $odd } } }
        }
    ) {
        $odd = "$TestDrive/$([guid]::NewGuid())"
        switch ($Kind) {
            'a pipe' { mkfifo $odd }
            'a link to a device' { $null = New-Item -ItemType SymbolicLink $odd -Target /dev/zero }
            'an empty file' { $null = New-Item $odd }
        }
        $failure = $Call | Should -Throw -ErrorId 'FileEmpty,*' -PassThru
        "$failure" | Should -BeLike "*'$odd' is empty or not a regular file. Devices and pipes are not read.*"
        Get-SentRequest | Should -BeNullOrEmpty
        Remove-Item $odd
    }
}

Describe 'Files from the pipeline' {
    BeforeAll {
        $piped = (New-Item -ItemType Directory "$TestDrive/piped").FullName
        '[1]', '[2]' | ForEach-Object { [IO.File]::WriteAllText("$piped/$_.gif", 'GIF89a'); [IO.File]::WriteAllText("$piped/$_.wav", 'RIFF    WAVE'); [IO.File]::WriteAllText("$piped/$_.sse", "data: $_`n`n") }
    }
    BeforeEach { Reset-TestServer }

    It 'are read one by one, as <Kind>' -ForEach @(
        @{ Kind = 'files'; Of = { param($Ending) Get-ChildItem $piped -Filter "*$Ending" } }
        @{ Kind = 'what a job returned'; Of = { param($Ending) [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize(@(Get-ChildItem $piped -Filter "*$Ending"))) } }
        @{ Kind = 'objects with a PSPath'; Of = { param($Ending) Get-ChildItem $piped -Filter "*$Ending" | ForEach-Object { [pscustomobject]@{ PSPath = $_.PSPath } } } }
    ) {
        $messages = & $Of .gif | New-OpenAIMessage 'What is on this?'
        $messages | Should -HaveCount 2
        $messages[1].Text | Should -Be 'What is on this?'
        $messages[1].ContentParts[1]['image_url']['url'] | Should -BeLike 'data:image/gif;base64,*'
        (& $Of .wav | New-OpenAIMessage).ContentParts.ForEach({ $_['type'] }) | Should -Be input_audio, input_audio
        (& $Of .sse | ConvertFrom-ServerSentEvent).Data | Should -Be '[1]', '[2]'
        1..2 | ForEach-Object { Add-JsonReply 200 '{"text":"x"}' }
        (& $Of .wav | Invoke-OpenAITranscription).Text | Should -Be x, x
        $Error | Should -BeNullOrEmpty
    }

    It 'that cannot be sent cause an error each, and the others continue' {
        [IO.File]::WriteAllText("$piped/odd.gif", 'odd')
        $messages = Get-ChildItem $piped -Filter *.gif | New-OpenAIMessage -ErrorVariable failed -ErrorAction SilentlyContinue
        $messages | Should -HaveCount 2
        $failed.FullyQualifiedErrorId | Should -Be 'UnsupportedMediaType,OpenAIStream.NewOpenAIMessageCommand'
        Remove-Item "$piped/odd.gif"
    }

    It 'are not the texts that were read from them' {
        Set-Content "$piped/texts.txt" one, two
        (Get-Content "$piped/texts.txt" | New-OpenAIMessage).Text | Should -Be one, two
        Set-Content "$piped/names.txt" "$piped/[1].wav", "$piped/[2].wav"
        1..2 | ForEach-Object { Add-JsonReply 200 '{"text":"x"}' }
        (Get-Content "$piped/names.txt" | Invoke-OpenAITranscription).Text | Should -Be x, x
        (Get-Content "$piped/[[]1].sse" | ConvertFrom-ServerSentEvent).Data | Should -Be '[1]'
    }
}

Describe '-OutFile' {
    BeforeAll {
        $out = (New-Item -ItemType Directory "$TestDrive/out").FullName
        $asks = @{
            image  = @{ Ending = 'png'; Add = { Add-JsonReply 200 '{"data":[{"b64_json":"bmV3"}]}' }; Ask = { param($Path, [switch] $Force) Invoke-OpenAIImage hi -OutFile $Path -Force:$Force } }
            speech = @{ Ending = 'mp3'; Add = { Add-Audio new }; Ask = { param($Path, [switch] $Force) Invoke-OpenAISpeech hi -OutFile $Path -Force:$Force } }
        }
    }
    BeforeEach {
        Reset-TestServer
        Get-ChildItem $out -Force | Remove-Item -Recurse -Force
    }

    It 'writes through a symbolic link: <_>' -ForEach 'image', 'speech' {
        $one = $asks[$_]
        $target = (New-Item "$out/target.bin" -Value 'a longer content than the new one').FullName
        $null = New-Item -ItemType SymbolicLink "$out/link.$($one.Ending)" -Target $target
        & $one.Add
        (& $one.Ask "$out/link.$($one.Ending)").FullName | Should -Be "$out/link.$($one.Ending)"
        Get-Content $target -Raw | Should -Be new
        (Get-Item "$out/link.$($one.Ending)").LinkType | Should -Be SymbolicLink
        Get-ChildItem $out | Should -HaveCount 2
    }

    It 'keeps an existing file and its links: <_>' -ForEach 'image', 'speech' -Skip:$IsWindows {
        $one = $asks[$_]
        $path = (New-Item "$out/file.$($one.Ending)" -Value old).FullName
        [IO.File]::SetUnixFileMode($path, 'UserRead, UserWrite, GroupRead, OtherExecute')
        $null = New-Item -ItemType HardLink "$out/other" -Target $path
        $inode = (Get-Item $path).UnixStat.Inode
        & $one.Add
        $null = & $one.Ask $path
        Get-Content $path -Raw | Should -Be new
        Get-Content "$out/other" -Raw | Should -Be new
        [IO.File]::GetUnixFileMode($path) | Should -Be 'OtherExecute, GroupRead, UserWrite, UserRead'
        (Get-Item $path).UnixStat.Inode | Should -Be $inode -Because 'an access list is that of the file'
        Get-ChildItem $out | Should -HaveCount 2
    }

    It 'keeps the access control list of a file: <_>' -ForEach 'image', 'speech' -Skip:(-not $IsWindows) {
        $one = $asks[$_]
        $path = (New-Item "$out/file.$($one.Ending)" -Value old).FullName
        $acl = Get-Acl $path
        $acl.AddAccessRule([Security.AccessControl.FileSystemAccessRule]::new('Everyone', 'ReadAndExecute', 'Allow'))
        Set-Acl $path $acl
        $before = (Get-Acl $path).Sddl
        & $one.Add
        $null = & $one.Ask $path
        (Get-Acl $path).Sddl | Should -Be $before
    }

    It 'writes a read-only file with -Force, and leaves it read-only: <_>' -ForEach 'image', 'speech' {
        $one = $asks[$_]
        $file = New-Item "$out/locked.$($one.Ending)" -Value old
        $file.IsReadOnly = $true
        { & $one.Ask $file.FullName } | Should -Throw -ErrorId 'FileNotWritable,*' -ExpectedMessage '*read-only*-Force*'
        Get-SentRequest | Should -BeNullOrEmpty
        & $one.Add
        $null = & $one.Ask $file.FullName -Force
        Get-Content $file.FullName -Raw | Should -Be new
        (Get-Item $file.FullName).IsReadOnly | Should -BeTrue
    }

    It 'is reported before anything is paid for if it is <What>: <Kind>' -ForEach $(
        foreach ($kind in 'image', 'speech') {
            @{ Kind = $kind; What = 'a link to nothing'; Make = { param($Path) New-Item -ItemType SymbolicLink $Path -Target "$out/gone.bin" -Force }; Says = '*link*does not exist*' }
            @{ Kind = $kind; What = 'a link to a directory'; Make = { param($Path) New-Item -ItemType SymbolicLink $Path -Target (New-Item -ItemType Directory "$out/sub") }; Says = '*directory*' }
            @{ Kind = $kind; What = 'a directory'; Make = { param($Path) New-Item -ItemType Directory $Path }; Says = '*directory*' }
            @{ Kind = $kind; What = 'a link in a circle'; Make = { param($Path) & ln -s $Path "$out/circle"; & ln -s "$out/circle" $Path }; Says = '*'; Unix = $true }
            @{ Kind = $kind; What = 'in a folder that cannot be written'; Make = { }; Path = '/sys/file'; Says = '*/sys/file*'; Unix = $true }
        }
    ) {
        if ($Unix -and -not $IsLinux) { Set-ItResult -Skipped -Because 'this is of Linux'; return }
        $one = $asks[$Kind]
        $at = if ($Path) { "$Path.$($one.Ending)" } else { "$out/file.$($one.Ending)" }
        $null = & $Make $at
        { & $one.Ask $at } | Should -Throw -ExpectedMessage $Says
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'is a pipe, which is refused without being opened: <_>' -Skip:$IsWindows -ForEach 'image', 'speech', 'request', 'file' {
        $pipe = "$out/pipe.$(if ($asks[$_]) { $asks[$_].Ending })"
        mkfifo $pipe
        $call = switch ($_) {
            'request' { { Invoke-OpenAIRequest GET x -OutFile $pipe } }
            'file' { { Save-OpenAIFile file-1 $pipe -Force } }
            default { $one = $asks[$_]; { & $one.Ask $pipe } }
        }
        $call | Should -Throw -ErrorId 'BadArgument,*' -ExpectedMessage '*is a pipe*'
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'can be a device, next to which nothing is created: <_>' -Skip:(-not $IsLinux) -ForEach 'image', 'speech' {
        $one = $asks[$_]
        $before = @(Get-ChildItem /dev -Name)
        & $one.Add
        (& $one.Ask /dev/null).FullName | Should -Be /dev/null
        & $one.Add
        $failure = { & $one.Ask /dev/full } | Should -Throw -ErrorId 'FileNotWritable,*' -ExpectedMessage "*The content is in '*'*" -PassThru
        $kept = [regex]::Match("$failure", "The content is in '(.*)'").Groups[1].Value
        Get-Content $kept -Raw | Should -Be new
        Remove-Item $kept
        { & $one.Ask /dev/nothing } | Should -Throw -ErrorId 'BadArgument,*' -ExpectedMessage "*There is no device '/dev/nothing*"
        Get-ChildItem /dev -Name | Should -Be $before
        Get-SentRequest | Should -HaveCount 2
    }

    It 'can be /dev/stdout, which another program reads' -Skip:(-not $IsLinux) {
        Add-Audio new
        $script = "Import-Module '$(Get-BuiltModule)'; Connect-OpenAI -BaseUri '$((Get-OpenAIConnection Default).BaseUri)'; `$null = Invoke-OpenAISpeech hi -OutFile /dev/stdout"
        & ([Environment]::ProcessPath) -NoProfile -Command $script | & cat | Should -Be new
        Add-Audio new
        $before = @(Get-ChildItem /dev -Name)
        Set-Content "$out/script.ps1" "'one'; $script"
        & sh -c "'$([Environment]::ProcessPath)' -NoProfile -File '$out/script.ps1' > '$out/redirected'"
        Get-Content "$out/redirected" -Raw | Should -Be "one`nnew"
        Get-ChildItem /dev -Name | Should -Be $before
    }

    It 'can have a long name: <_>' -ForEach 'image', 'speech' {
        $one = $asks[$_]
        $path = "$out/$('n' * 236).$($one.Ending)"
        1..2 | ForEach-Object {
            & $one.Add
            $null = & $one.Ask $path
            Get-Content $path -Raw | Should -Be new
        }
        Get-ChildItem $out | Should -HaveCount 1
    }

    It 'is checked under its final name' {
        $null = New-Item -ItemType Directory "$out/a-2.png"
        { Invoke-OpenAIImage hi -N 2 -OutFile "$out/a.png" } | Should -Throw -ExpectedMessage "*a-2.png*directory*"
        { Invoke-OpenAIImage hi -OutFile "$out/none/" } | Should -Throw -ErrorId 'BadArgument,*'
        $null = New-Item -ItemType Directory "$out/b.mp3"
        { Invoke-OpenAISpeech hi -OutFile "$out/b" } | Should -Throw -ExpectedMessage "*b.mp3*directory*"
        Get-SentRequest | Should -BeNullOrEmpty
        Get-ChildItem $out -File | Should -BeNullOrEmpty -Because 'what looks leaves nothing behind'
    }

    It 'does not lose what was paid for if the path is no longer writable' -Skip:(-not $IsLinux) {
        $path = "$out/file.mp3"
        Set-Content $path old -NoNewline
        Add-Reply @{ headers = @{ 'content-type' = 'audio/mpeg' }; steps = @(@{ send = 'new' }, @{ waitFor = 'go' }) }
        $shell = [powershell]::Create().AddScript("Import-Module '$(Get-BuiltModule)'; Connect-OpenAI -BaseUri '$((Get-OpenAIConnection Default).BaseUri)'; Invoke-OpenAISpeech Hello -OutFile '$path'")
        $running = $shell.BeginInvoke()
        $until = [DateTime]::UtcNow.AddSeconds(20)
        while (-not (Get-ChildItem $out -Filter *.tmp) -and [DateTime]::UtcNow -lt $until) { Start-Sleep -Milliseconds 20 }
        Remove-Item $path
        $null = New-Item -ItemType SymbolicLink $path -Target /sys/kernel/notes
        Send-Signal go
        $null = $shell.EndInvoke($running)
        $shell.Streams.Error[0].Exception.Message | Should -BeLike "*The content is in '$path*.tmp'*"
        Get-Content (Get-ChildItem $out -Filter *.tmp).FullName -Raw | Should -Be new
        $shell.Dispose()
    }

    It 'has mode <After> after <Before>, and <Meanwhile> while it is written' -Skip:($IsWindows) -ForEach @(
        @{ Before = 'no file'; Meanwhile = '{new}'; After = '{new}' }
        @{ Before = '600'; Meanwhile = '600'; After = '600' }
        @{ Before = '640'; Meanwhile = '600'; After = '640' }
        @{ Before = '666'; Meanwhile = '600'; After = '666' }
    ) {
        function Get-Mode([string] $File) { [Convert]::ToString([int] [IO.File]::GetUnixFileMode($File), 8) }
        $path = "$out/mode.mp3"
        Set-Content "$out/any-new-file" x
        $new = Get-Mode "$out/any-new-file" # the result of this process's umask
        if ($Before -ne 'no file') {
            Set-Content $path old
            [IO.File]::SetUnixFileMode($path, [Convert]::ToInt32($Before, 8))
        }
        Add-Reply @{ headers = @{ 'content-type' = 'audio/mpeg' }; steps = @(@{ send = 'new' }, @{ waitFor = 'go' }) }
        $shell = [powershell]::Create().AddScript("Import-Module '$(Get-BuiltModule)'; Connect-OpenAI -BaseUri '$((Get-OpenAIConnection Default).BaseUri)'; Invoke-OpenAISpeech Hello -OutFile '$path'")
        $running = $shell.BeginInvoke()
        try {
            Wait-Request
            $until = [DateTime]::UtcNow.AddSeconds(20)
            while (-not (Get-ChildItem $out -Filter *.tmp) -and [DateTime]::UtcNow -lt $until) { Start-Sleep -Milliseconds 20 }
            Get-Mode (Get-ChildItem $out -Filter *.tmp).FullName | Should -Be $Meanwhile.Replace('{new}', $new)
        }
        finally {
            Send-Signal go
            $null = $shell.EndInvoke($running)
            $shell.Dispose()
        }
        Get-Content $path -Raw | Should -Be new
        Get-Mode $path | Should -Be $After.Replace('{new}', $new)
    }
}

Describe 'Lists among headers and query parameters' {
    BeforeEach { Reset-TestServer }

    It 'are sent as repeated values' {
        Add-JsonReply 200 (ConvertTo-Answer x)
        $null = Invoke-OpenAIChatCompletion hi -AdditionalHeaders @{ 'X-Tag' = 'a', 'b'; 'OpenAI-Beta' = @('one'); 'X-None' = @() } -AdditionalQuery ([ordered]@{ 'include[]' = 'x y', 'z'; n = 1, 2.5; none = @() })
        $request = Get-SentRequest
        $request.headers.'X-Tag' | Should -Be 'a, b'
        $request.headers.'OpenAI-Beta' | Should -Be one
        $request.headers.PSObject.Properties.Name | Should -Not -Contain 'X-None'
        $request.path | Should -BeLike '*?include%5B%5D=x%20y&include%5B%5D=z&n=1&n=2.5'
    }

    It 'contain values in the invariant culture' {
        $before = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = 'de-DE'
            Add-JsonReply 200 '{"data":[]}'
            $null = Get-OpenAIModel -AdditionalQuery ([ordered]@{ a = 1.5; b = $true; c = [datetime] '2024-05-01T10:00:00'; d = [DayOfWeek]::Monday; e = $null; f = [uri] 'https://x/' })
            (Get-SentRequest).path | Should -BeLike '*?a=1.5&b=true&c=2024-05-01T10%3A00%3A00.0000000&d=Monday&e=&f=https%3A%2F%2Fx%2F'
        } finally {
            [cultureinfo]::CurrentCulture = $before
        }
    }

    It 'are refused if they make no sense: <What>' -ForEach @(
        @{ What = 'a hashtable in a header'; Call = { Invoke-OpenAIChatCompletion hi -AdditionalHeaders @{ a = @{ b = 1 } } }; Says = "*-AdditionalHeaders*'a'*Only text*" }
        @{ What = 'a hashtable in a list'; Call = { Invoke-OpenAIChatCompletion hi -AdditionalQuery @{ a = 1, @{ b = 1 } } }; Says = "*-AdditionalQuery*'a'*Only text*" }
        @{ What = 'a list in a list'; Call = { Invoke-OpenAIChatCompletion hi -AdditionalQuery @{ a = 1, @(2, 3) } }; Says = "*-AdditionalQuery*'a'*Only text*" }
        @{ What = 'an object'; Call = { Get-OpenAIModel -AdditionalQuery @{ a = [pscustomobject]@{ b = 1 } } }; Says = "*-AdditionalQuery*'a'*Only text*" }
        @{ What = 'a secret'; Call = { Get-OpenAIModel -AdditionalHeaders @{ 'X-A' = ConvertTo-SecureString hush -AsPlainText -Force } }; Says = "*-AdditionalHeaders*'X-A'*Only text*" }
        @{ What = 'two credentials'; Call = { Get-OpenAIModel -AdditionalHeaders @{ Authorization = 'Bearer hush', 'Bearer hush2' } }; Says = "*-AdditionalHeaders*'Authorization'*only one*" }
        @{ What = 'two types of content'; Call = { Get-OpenAIModel -AdditionalHeaders @{ 'Content-Type' = 'a/b', 'c/d' } }; Says = "*'Content-Type'*only one*" }
        @{ What = 'a hashtable in -Headers'; Call = { Connect-OpenAI -Headers @{ a = @{ b = 1 } } }; Says = "*-Headers*'a'*Only text*" }
    ) {
        $failure = $Call | Should -Throw -ErrorId 'BadArgument,*' -ExpectedMessage $Says -PassThru
        "$failure" | Should -Not -BeLike '*hush*'
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'are accepted by Connect-OpenAI -Headers too' {
        $uri = (Get-OpenAIConnection Default).BaseUri
        Connect-OpenAI -BaseUri $uri -Headers @{ 'X-Tag' = 'a', 'b' }
        Add-JsonReply 200 '{"data":[]}'
        $null = Get-OpenAIModel
        (Get-SentRequest).headers.'X-Tag' | Should -Be 'a, b'
    }
}
