# Which pipeline input is a prompt, and which properties go with it.
BeforeDiscovery {
    # A call of each cmdlet with prompts, and the place of the text in its request.
    $cmdlets = @(
        @{ Cmdlet = 'Invoke-OpenAIChatCompletion'; Fixed = @{}; Text = { $_.messages[-1].content } }
        @{ Cmdlet = 'Invoke-OpenAICompletion'; Fixed = @{}; Text = { $_.prompt } }
        @{ Cmdlet = 'Invoke-OpenAIResponse'; Fixed = @{}; Text = { $_.input } }
        @{ Cmdlet = 'Invoke-OpenAIImage'; Fixed = @{}; Text = { $_.prompt } }
        @{ Cmdlet = 'Invoke-OpenAISpeech'; Fixed = @{ Stream = $true }; Text = { $_.input } }
        @{ Cmdlet = 'Invoke-OpenAIThreadRun'; Fixed = @{ AssistantId = 'asst_1' }; Text = { $_.thread.messages[-1].content } }
    )
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer

    # An answer that all the APIs accept.
    function Add-Answer([int] $Count = 1) {
        foreach ($i in 1..$Count) {
            if ($Fixed.Stream) { Add-StreamReply "{`"type`":`"speech.audio.delta`",`"audio`":`"AQI$i`"}", '{"type":"speech.audio.done"}' }
            else { Add-JsonReply 200 (@{ id = "id_$i"; status = 'completed'; data = @(@{ b64_json = 'AQID' }); output = @(); choices = @(@{ index = 0; text = "answer $i"; message = @{ role = 'assistant'; content = "answer $i" } }) } | ConvertTo-Json -Depth 6 -Compress) }
        }
    }

    function Get-SentText { @(Get-SentRequest).Json | ForEach-Object $Text }

    Set-Content TestDrive:/log.txt 'first line', '', 'third line'
}
AfterAll { Stop-TestServer }

Describe '<Cmdlet> with prompts' -ForEach $cmdlets {
    BeforeEach { Reset-TestServer }

    It 'sends an instruction and all piped input as one request' {
        Add-Answer
        $null = Get-Content TestDrive:/log.txt | & $Cmdlet 'Summarize this' @Fixed
        Get-SentText | Should -BeExactly "Summarize this`n`nfirst line`n`nthird line"
    }

    It 'sends the instruction with each input with -ForEachInput' {
        Add-Answer 2
        $answers = @('a', 'b' | & $Cmdlet 'Translate' -ForEachInput @Fixed)
        Get-SentText | Should -BeExactly "Translate`n`na", "Translate`n`nb"
        $answers.InputIndex | Select-Object -Unique | Should -Be 0, 1
        $answers.Input | Select-Object -Unique | Should -Be 'a', 'b'
    }

    It 'sends pipeline input without an instruction as one request each' {
        Add-Answer 2
        $null = 'a', 'b' | & $Cmdlet @Fixed
        Get-SentText | Should -BeExactly 'a', 'b'
    }

    It 'joins the lines of an array to one text' {
        Add-Answer
        $null = & $Cmdlet (Get-Content TestDrive:/log.txt) @Fixed
        Get-SentText | Should -BeExactly "first line`n`nthird line"
    }

    It 'refuses blank prompts one by one, and sends the others' {
        Add-Answer 2
        $answers = @('a', '', " `t`n", $null, 'b' | & $Cmdlet @Fixed -ErrorVariable refused -ErrorAction SilentlyContinue)
        $refused | Should -HaveCount 3
        $refused.FullyQualifiedErrorId | Select-Object -Unique | Should -BeLike 'EmptyPrompt,*'
        Get-SentText | Should -BeExactly 'a', 'b'
        $answers.InputIndex | Select-Object -Unique | Should -Be 0, 4 -Because 'what is refused counts as an input'
    }

    It 'writes numbers, dates and URIs in the invariant culture' {
        $before = [cultureinfo]::CurrentCulture
        [cultureinfo]::CurrentCulture = 'de-DE'
        try {
            Add-Answer 5
            $null = 1.5, 1e3, [datetime]::new(2024, 2, 3), [uri] 'https://example.com/a%20b', [DayOfWeek]::Friday | & $Cmdlet @Fixed
            Get-SentText | Should -BeExactly '1.5', '1000', '02/03/2024 00:00:00', 'https://example.com/a%20b', 'Friday'
        }
        finally {
            [cultureinfo]::CurrentCulture = $before
        }
    }

    It 'takes the prompt and model of a row by name, and sends nothing else of it' {
        Add-Answer 2
        $rows = "Prompt,Message,Model,Secret`nhello,,m-1,never-sent`n,hi,,never-sent" | ConvertFrom-Csv | ForEach-Object {
            if ($_.Prompt) { $_ | Select-Object Prompt, Model, Secret } else { $_ | Select-Object Message, Model, Secret }
        }
        $answers = @($rows | & $Cmdlet @Fixed)
        Get-SentText | Should -BeExactly 'hello', 'hi'
        $requests = @(Get-SentRequest)
        $requests[0].Json.model | Should -Be 'm-1'
        $requests[1].Json.model | Should -Not -Be 'm-1'
        $requests.body -join '' | Should -Not -Match 'never-sent'
        $answers[0].Input.Secret | Should -Be 'never-sent' -Because 'Input is the row itself'
    }

    It 'says what a row without a prompt lacks' {
        Add-Answer
        $null = [pscustomobject]@{ Title = 'x'; Body = 'y' }, 'b' | & $Cmdlet @Fixed -ErrorVariable refused -ErrorAction SilentlyContinue
        $refused | Should -HaveCount 1
        "$refused" | Should -BeLike '*no property named*Prompt*has Title, Body*{ $_.Title }*'
        $refused[0].TargetObject.Title | Should -Be 'x'
        Get-SentText | Should -Be 'b'
    }

    It 'runs script blocks for each input' {
        Add-Answer
        $parameters = @{ Prompt = { Get-Content $_ -Raw }; Model = { $_.Name } }
        $answers = @(Get-Item TestDrive:/log.txt | & $Cmdlet @parameters @Fixed)
        Get-SentText | Should -BeExactly (Get-Content TestDrive:/log.txt -Raw)
        (Get-SentRequest).Json.model | Should -Be 'log.txt'
        $answers[0].Input | Should -BeOfType System.IO.FileInfo
        $answers[0].Input.PSPath | Should -Not -BeNullOrEmpty
    }

    It 'keeps the additional properties of an input' {
        Add-Answer
        $answers = @(Get-Content TestDrive:/log.txt -Raw | & $Cmdlet @Fixed)
        $answers[0].Input | Should -Be (Get-Content TestDrive:/log.txt -Raw)
        $answers[0].Input.PSChildName | Should -Be 'log.txt'
    }

    It 'refuses <What>, and nothing is sent' -ForEach @(
        @{ What = 'a script block'; Value = { { 'secret' } }; Says = '*script block cannot be sent as text*' }
        @{ What = 'a file'; Value = { Get-Item TestDrive:/log.txt }; Says = "*'log.txt' is a file or folder*Get-Content `$_ -Raw*" }
        @{ What = 'a folder'; Value = { Get-Item TestDrive:/ }; Says = '*is a file or folder, not text*' }
        @{ What = 'an object'; Value = { Get-Process -Id $PID }; Says = '*System.Diagnostics.Process*Out-String*ConvertTo-Json*' }
        @{ What = 'a hashtable that is no message'; Value = { @{ secret = 1 } }; Says = '*' }
        @{ What = 'formatted output'; Value = { 1 | Format-Table | Select-Object -First 1 }; Says = '*Out-String*' }
        @{ What = 'bytes'; Value = { , [byte[]] (1, 2) }; Says = '*Get-Content -Raw*' }
        @{ What = 'a secret'; Value = { ConvertTo-SecureString x -AsPlainText -Force }; Says = '*SecureString*' }
    ) {
        & $Value | & $Cmdlet @Fixed -ErrorVariable refused -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $refused | Should -HaveCount 1
        $refused[0].FullyQualifiedErrorId | Should -BeLike 'BadPrompt,*'
        "$refused" | Should -BeLike $Says

        { & $Value | & $Cmdlet 'An instruction' @Fixed } | Should -Throw -ErrorId 'BadPrompt,*' -Because 'one request without a part of its content is another request'
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'takes the text of <What>' -ForEach @(
        @{ What = 'an error'; Value = { Write-Error 'It broke.' -ErrorAction SilentlyContinue -ErrorVariable e; $e[0] }; Sent = 'It broke.' }
        @{ What = 'a warning'; Value = { Write-Warning 'Careful.' 3>&1 }; Sent = 'Careful.' }
        @{ What = 'XML'; Value = { [xml] '<a><b/></a>' }; Sent = '<a><b /></a>' }
        @{ What = 'an answer'; Value = { [OpenAIStream.ChatCompletion] '{"model":"of-the-answer","choices":[{"message":{"content":"hello"}}]}' }; Sent = 'hello' }
        @{ What = 'a message'; Value = { New-OpenAIMessage 'hello' }; Sent = 'hello' }
    ) {
        Add-Answer
        $null = & $Value | & $Cmdlet 'Explain' @Fixed
        Get-SentText | Should -BeExactly "Explain`n`n$Sent"
        (Get-SentRequest).Json.model | Should -Not -Be 'of-the-answer' -Because 'what an answer says of itself sets no parameter'
    }

    It 'refuses an instruction if the pipeline has <What>' -ForEach @(
        @{ What = 'nothing'; Value = { } }
        @{ What = 'blanks'; Value = { '', '  ' } }
    ) {
        { & $Value | & $Cmdlet 'Summarize' @Fixed } | Should -Throw -ErrorId 'EmptyPrompt,*'
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'remembers the inputs of one request' {
        Add-Answer 2
        $one = @(Get-Content TestDrive:/log.txt -Raw | & $Cmdlet 'Summarize' @Fixed)
        $one[0].Input.PSChildName | Should -Be 'log.txt'
        $several = @('a', 'b' | & $Cmdlet 'Summarize' @Fixed)
        $several[0].Input | Should -Be 'a', 'b'
        $several[0].InputIndex | Should -Be 0
    }

    It 'accepts content as an argument' {
        Add-Answer
        $null = & $Cmdlet 'Summarize' -InputObject 'a', 'b' @Fixed
        Get-SentText | Should -BeExactly "Summarize`n`na`nb"
    }

    It 'accepts content that a script block creates from each input' {
        Add-Answer
        $null = Get-Item TestDrive:/log.txt | & $Cmdlet 'Summarize' -InputObject { (Get-Content $_)[0] } @Fixed
        Get-SentText | Should -BeExactly "Summarize`n`nfirst line"
    }
}

Describe 'A blank prompt' {
    BeforeEach { Reset-TestServer }

    It 'ends a call specified by parameters: <Cmdlet>' -ForEach $cmdlets.Where({ $_.Cmdlet -ne 'Invoke-OpenAIThreadRun' }) {
        foreach ($blank in '', '  ', $null, @()) {
            { & $Cmdlet $blank @Fixed } | Should -Throw -ErrorId 'EmptyPrompt,*'
        }
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'is a message without content' {
        { Invoke-OpenAIChatCompletion @{ role = 'user'; content = ' ' } } | Should -Throw -ErrorId 'EmptyPrompt,*'
        Get-SentRequest | Should -BeNullOrEmpty
    }
}

Describe 'Messages in the pipeline' {
    BeforeEach { Reset-TestServer; $Fixed = @{} }

    It 'are sent with an instruction, including images' {
        Add-Answer
        $null = New-OpenAIMessage 'A picture' -ImageUrl 'https://example.com/a.png' | Invoke-OpenAIChatCompletion 'What is in it?'
        $content = (Get-SentRequest).Json.messages[0].content
        $content.type | Should -Be 'text', 'text', 'image_url'
        $content[0].text | Should -Be 'What is in it?'
    }

    It 'accept content, including images' {
        Add-Answer
        $null = 'a', 'b' | Invoke-OpenAIChatCompletion (New-OpenAIMessage 'Compare with' -ImageUrl 'https://example.com/a.png')
        $content = (Get-SentRequest).Json.messages[0].content
        $content.type | Should -Be 'text', 'image_url', 'text'
        $content[2].text | Should -Be "a`nb"
    }

    It 'are prompts without an instruction: <What>' -ForEach @(
        @{ What = 'a hashtable'; Value = { @{ role = 'user'; content = 'hi' } } }
        @{ What = 'an object'; Value = { [pscustomobject]@{ Role = 'user'; Content = 'hi' } } }
        @{ What = 'a message'; Value = { New-OpenAIMessage 'hi' } }
    ) {
        Add-Answer
        $null = & $Value | Invoke-OpenAIChatCompletion
        (Get-SentRequest).Json.messages[0].content | Should -Be 'hi'
    }

    It 'are refused if several are passed as one' {
        { Invoke-OpenAIChatCompletion @(@{ role = 'user'; content = 'a' }, @{ role = 'user'; content = 'b' }) } | Should -Throw '*-History*'
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'join the chunks of a stream to one text' {
        Add-StreamReply ('Hel', 'lo' | ConvertTo-Chunk)
        Add-Answer
        $null = Invoke-OpenAIChatCompletion 'hi' -Stream | Invoke-OpenAIChatCompletion 'Translate'
        @(Get-SentRequest)[1].Json.messages[0].content | Should -BeExactly "Translate`n`nHello"
    }
}

Describe 'A row in the pipeline' {
    BeforeEach { Reset-TestServer; $Fixed = @{} }

    It 'sets SystemMessage as <Field> of <Cmdlet>' -ForEach @(
        @{ Cmdlet = 'Invoke-OpenAIChatCompletion'; Field = 'a message'; Sent = { $_.Json.messages.content -join '|' } }
        @{ Cmdlet = 'Invoke-OpenAIResponse'; Field = 'instructions'; Sent = { "$($_.Json.instructions)|$($_.Json.input)" } }
    ) {
        Add-Answer 2
        $null = "Prompt,SystemMessage`nhello,Be brief.`nhi," | ConvertFrom-Csv | & $Cmdlet
        Get-SentRequest | ForEach-Object $Sent | ForEach-Object Trim '|' | Should -Be 'Be brief.|hello', 'hi'
    }

    It 'cannot set a value for one request with all inputs' {
        $rows = [pscustomobject]@{ Message = 'a'; Model = 'm-1' }, [pscustomobject]@{ Message = 'b'; Model = 'm-2' }
        { $rows | Invoke-OpenAIChatCompletion 'Summarize' } | Should -Throw '*-Model*-ForEachInput*'
        { $rows | Invoke-OpenAIChatCompletion 'Summarize' -Model { $_.Model } } | Should -Throw '*-Model*-ForEachInput*'
        Get-SentRequest | Should -BeNullOrEmpty

        Add-Answer 3
        $null = $rows | Invoke-OpenAIChatCompletion 'Summarize' -Model m-3
        $null = $rows | Invoke-OpenAIChatCompletion 'Summarize' -ForEachInput
        (Get-SentRequest).Json.model | Should -Be 'm-3', 'm-1', 'm-2'
    }
}

Describe 'A script block without input' {
    It 'is not sent: -<_>' -ForEach 'Message', 'Model', 'SystemMessage' {
        Reset-TestServer
        $parameters = @{ Message = 'hi' }
        $parameters[$_] = { 'x' }
        { Invoke-OpenAIChatCompletion @parameters } | Should -Throw -ErrorId 'ScriptBlockArgumentNoInput,*'
        Get-SentRequest | Should -BeNullOrEmpty
    }
}

Describe 'A script block for a parameter without pipeline input' {
    It 'is not sent: <_>' -ForEach @(
        'Invoke-OpenAIChatCompletion hi -ReasoningEffort { high }'
        'Invoke-OpenAIChatCompletion hi -User { me }'
        'Invoke-OpenAIChatCompletion hi -DeveloperMessage { Be brief }'
        'Invoke-OpenAIImage hi -Size { auto }'
        'Invoke-OpenAISpeech hi -Stream -Voice { coral }'
        'Invoke-OpenAITranscription TestDrive:/a.wav -Language { en }'
        'Invoke-OpenAIThreadRun { asst_1 }'
        'Invoke-OpenAIResponse -ResumeFrom { resp_1 }'
    ) {
        Reset-TestServer
        Set-Content TestDrive:/a.wav x
        { & ([scriptblock]::Create($_)) } | Should -Throw '*script block*'
        Get-SentRequest | Should -BeNullOrEmpty
    }
}

Describe 'The Input of a transcription' {
    BeforeEach { Reset-TestServer }

    It 'is the piped file, or the path of each file that matches a pattern' {
        'a', 'b' | ForEach-Object { Set-Content "TestDrive:/$_.wav" x }
        1..3 | ForEach-Object { Add-JsonReply 200 '{"text":"x"}' }
        $one = Get-Item TestDrive:/a.wav | Invoke-OpenAITranscription
        $one.Input | Should -BeOfType System.IO.FileInfo
        $one.Input.PSChildName | Should -Be 'a.wav'
        $both = 'TestDrive:/*.wav' | Invoke-OpenAITranscription
        $both.Input | Split-Path -Leaf | Should -Be 'a.wav', 'b.wav'
    }

    It 'is used with the model that a script block selects' {
        Set-Content TestDrive:/a.wav x
        Add-JsonReply 200 '{"text":"x"}'
        $null = Get-Item TestDrive:/a.wav | Invoke-OpenAITranscription -Model { "for-$($_.Extension.Trim('.'))" }
        (Invoke-RestMethod "$($server.control)requests").body | Should -Match 'for-wav'
        { Invoke-OpenAITranscription TestDrive:/a.wav -Model { 'x' } } | Should -Throw -ErrorId 'ScriptBlockArgumentNoInput,*'
    }
}
