BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $null = Start-TestServer

    function New-File([string] $Name, [byte[]] $Bytes) {
        $path = Join-Path (Get-Item TestDrive:/).FullName $Name
        [IO.File]::WriteAllBytes($path, $Bytes)
        $path
    }

    $latin = [Text.Encoding]::GetEncoding(28591)
    $png = New-File one.png $latin.GetBytes("$([char]0x89)PNG`r`n$([char]0x1A)`nrest")
    $wav = New-File one.wav $latin.GetBytes('RIFF....WAVEfmt ')
    $pdf = New-File one.pdf $latin.GetBytes('%PDF-1.7')
    $text = New-File one.txt $latin.GetBytes('hello')
}
AfterAll { Stop-TestServer }

Describe 'New-OpenAIMessage' {
    BeforeEach { Reset-TestServer }

    It 'creates a message from text' {
        $message = New-OpenAIMessage 'Hello'
        $message | Should -BeOfType OpenAIStream.ChatMessage
        $message.ToJson() | Should -BeExactly '{"role":"user","content":"Hello"}'
        (New-OpenAIMessage -Text 'Be brief.' -Role System).ToJson() | Should -BeExactly '{"role":"system","content":"Be brief."}'
    }

    It 'creates one from each text from the pipeline, all with the same files' {
        $messages = 'a', 'b' | New-OpenAIMessage -ImagePath $png
        $messages.Text | Should -Be 'a', 'b'
        $messages | ForEach-Object { $_.ContentParts[1]['type'] | Should -Be 'image_url' }
    }

    It 'sends an image as a data URI' {
        $message = New-OpenAIMessage 'What is this?' -ImagePath $png -Detail low
        $message.ContentParts.ForEach({ $_['type'] }) | Should -Be 'text', 'image_url'
        $message.ContentParts[1]['image_url']['url'] | Should -BeExactly "data:image/png;base64,$([Convert]::ToBase64String([IO.File]::ReadAllBytes($png)))"
        $message.ContentParts[1]['image_url']['detail'] | Should -Be 'low'
        $message.Text | Should -Be 'What is this?'
    }

    It 'recognizes <Type> by its content, whatever its name' -ForEach @(
        @{ Type = 'image/jpeg'; Head = [byte[]](0xFF, 0xD8, 0xFF, 0xE0) }
        @{ Type = 'image/gif'; Head = [Text.Encoding]::ASCII.GetBytes('GIF89a..') }
        @{ Type = 'image/webp'; Head = [Text.Encoding]::ASCII.GetBytes('RIFF....WEBPVP8 ') }
    ) {
        $file = New-File odd.bin $Head
        (New-OpenAIMessage -ImagePath $file).ContentParts[0]['image_url']['url'] | Should -BeLike "data:$Type;base64,*"
    }

    It 'sends an address unchanged' {
        (New-OpenAIMessage 'x' -ImageUrl 'https://example.com/a%20b.png').ContentParts[1].ToJson() |
            Should -BeExactly '{"type":"image_url","image_url":{"url":"https://example.com/a%20b.png"}}'
    }

    It 'sends a recording: <Format>' -ForEach @(
        @{ Format = 'wav'; Head = [Text.Encoding]::ASCII.GetBytes('RIFF....WAVEfmt ') }
        @{ Format = 'mp3'; Head = [Text.Encoding]::ASCII.GetBytes('ID3....') }
        @{ Format = 'mp3'; Head = [byte[]](0xFF, 0xFB, 0x90, 0x00) }
    ) {
        $file = New-File odd.bin $Head
        $part = (New-OpenAIMessage -AudioPath $file).ContentParts[0]
        $part['type'] | Should -Be 'input_audio'
        $part['input_audio']['format'] | Should -Be $Format
        $part['input_audio']['data'] | Should -Be ([Convert]::ToBase64String($Head))
    }

    It 'sends a document with its name' {
        $part = (New-OpenAIMessage 'Sum it up' -FilePath $pdf).ContentParts[1]
        $part['file']['filename'] | Should -Be 'one.pdf'
        $part['file']['file_data'] | Should -Be "data:application/pdf;base64,$([Convert]::ToBase64String([IO.File]::ReadAllBytes($pdf)))"
    }

    It 'expands wildcards, and uses an existing name with brackets literally' {
        $bracket = New-File 'a[1].png' ([IO.File]::ReadAllBytes($png))
        (New-OpenAIMessage 'x' -ImagePath $bracket).ContentParts | Should -HaveCount 2
        (New-OpenAIMessage 'x' -ImagePath (Join-Path (Split-Path $png) '*.png')).ContentParts | Should -HaveCount 3
        (New-OpenAIMessage 'x' -ImagePath $png -AudioPath $wav -FilePath $pdf).ContentParts.ForEach({ $_['type'] }) |
            Should -Be 'text', 'image_url', 'input_audio', 'file'
    }

    It 'refuses <What>' -ForEach @(
        @{ What = 'a file that is not there'; Call = { New-OpenAIMessage 'x' -ImagePath TestDrive:/none.png }; Id = 'PathNotFound'; Says = '*none.png*' }
        @{ What = 'wildcards without a match'; Call = { New-OpenAIMessage 'x' -ImagePath TestDrive:/none*.png }; Id = 'PathNotFound'; Says = '*none?.png*' }
        @{ What = 'what is no image'; Call = { New-OpenAIMessage 'x' -ImagePath $text }; Id = 'UnsupportedMediaType'; Says = '*one.txt*PNG, JPEG, GIF and WebP*' }
        @{ What = 'an image as a document'; Call = { New-OpenAIMessage 'x' -FilePath $png }; Id = 'UnsupportedMediaType'; Says = '*image/png*Use -ImagePath*' }
        @{ What = 'a file over the limit'; Call = { New-OpenAIMessage 'x' -ImagePath $png -MaximumSize 5 }; Id = 'FileTooLarge'; Says = '*12 bytes*limit is 5*-MaximumSize*' }
        @{ What = 'a path as an address'; Call = { New-OpenAIMessage 'x' -ImageUrl pictures/a.png }; Id = 'BadImageUrl'; Says = '*-ImagePath*' }
    ) {
        $Call | Should -Throw -ErrorId "$Id,*" -ExpectedMessage $Says
    }

    It 'refuses more than 20 MB by default' {
        $large = New-File large.png ([IO.File]::ReadAllBytes($png))
        $file = [IO.File]::OpenWrite($large)
        $file.SetLength(20MB + 1)
        $file.Dispose()
        { New-OpenAIMessage 'x' -ImagePath $large } | Should -Throw -ErrorId 'FileTooLarge,*'
        New-OpenAIMessage 'x' -ImagePath $large -MaximumSize 30MB | Should -Not -BeNullOrEmpty
    }

    It 'requires content' {
        { New-OpenAIMessage -ErrorAction Stop } | Should -Throw -ErrorId 'BadArgument,*'
    }

    It 'is sent by Invoke-OpenAIChatCompletion' {
        Add-JsonReply 200 (ConvertTo-Answer 'A cat.')
        New-OpenAIMessage 'What is this?' -ImagePath $png | Invoke-OpenAIChatCompletion | ForEach-Object Text | Should -Be 'A cat.'
        (Get-SentRequest).Json.messages[0].content.type | Should -Be 'text', 'image_url'
    }
}
