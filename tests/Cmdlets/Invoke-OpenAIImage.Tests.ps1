BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $null = Start-TestServer

    function ConvertTo-Base64([string] $Text) { [Convert]::ToBase64String([Text.Encoding]::ASCII.GetBytes($Text)) }
    function Get-Partial([int] $Index) {
        '{{"type":"image_generation.partial_image","b64_json":"{0}","partial_image_index":{1},"output_format":"png"}}' -f (ConvertTo-Base64 "part$Index"), $Index
    }
    function Get-Completed([string] $Format = 'png') {
        '{{"type":"image_generation.completed","b64_json":"{0}","output_format":"{1}","usage":{{"total_tokens":9}}}}' -f (ConvertTo-Base64 'whole'), $Format
    }
    function Add-ImageReply([string[]] $Text) {
        Add-JsonReply 200 (@{ created = 1; data = @($Text | ForEach-Object { @{ b64_json = ConvertTo-Base64 $_ } }) } | ConvertTo-Json -Depth 4 -Compress)
    }
    # Image streams have no [DONE].
    function Add-ImageStream([string[]] $Data, [hashtable[]] $Then = @()) { Add-StreamReply $Data -Then $Then }
}
AfterAll { Stop-TestServer }

Describe 'Invoke-OpenAIImage' {
    BeforeEach {
        Reset-TestServer
        $folder = (New-Item (Join-Path TestDrive: ([guid]::NewGuid())) -ItemType Directory).FullName
    }

    It 'returns the images as objects' {
        Add-ImageReply cat
        $result = Invoke-OpenAIImage 'A cat' -Size 1024x1024 -Quality low
        $result | Should -BeOfType OpenAIStream.ImageResult
        $result.Data[0].ImageBase64 | Should -Be (ConvertTo-Base64 cat)
        $request = Get-SentRequest
        $request.path | Should -Be '/v1/images/generations'
        $request.Json.Keys | Sort-Object | Should -Be 'model', 'prompt', 'quality', 'size', 'stream'
    }

    It 'writes the image to a file, and replaces an existing one' {
        $path = Join-Path $folder cat.webp
        Set-Content $path 'before'
        Add-ImageReply cat
        (Invoke-OpenAIImage 'A cat' -OutFile $path).FullName | Should -Be $path
        Get-Content $path -Raw | Should -Be 'cat'
        (Get-SentRequest).Json.output_format | Should -Be webp
        Get-ChildItem $folder | Should -HaveCount 1
    }

    It 'numbers several images, and adds a missing extension' {
        Add-ImageReply one, two
        $files = Invoke-OpenAIImage 'Cats' -N 2 -OutFile (Join-Path $folder cat)
        $files.Name | Should -Be 'cat-1.png', 'cat-2.png'
        Get-Content $files[1].FullName -Raw | Should -Be 'two'
        'one', 'two' | ForEach-Object { Add-ImageReply $_ }
        ('A', 'B' | Invoke-OpenAIImage -OutFile (Join-Path $folder dog.png)).Name | Should -Be 'dog-1.png', 'dog-2.png'
    }

    It 'streams events that keep their payload' {
        Add-ImageStream (Get-Partial 0), (Get-Completed)
        $events = Invoke-OpenAIImage 'A cat' -Stream -PartialImages 1
        $events | Should -BeOfType OpenAIStream.ImageEvent
        $events.IsCompleted | Should -Be $false, $true
        $events[0].ToJson() | Should -Be (Get-Partial 0)
        $events[1].Usage.TotalTokens | Should -Be 9
        $json = (Get-SentRequest).Json
        $json.partial_images, $json.stream | Should -Be 1, $true
        $Error | Should -BeNullOrEmpty
    }

    It 'keeps partial images if requested' -ForEach @(
        @{ Keep = $true; Names = 'cat.partial-0.png', 'cat.partial-1.png', 'cat.png' }
        @{ Keep = $false; Names = @('cat.png') }
    ) {
        Add-ImageStream (Get-Partial 0), (Get-Partial 1), (Get-Completed)
        $files = Invoke-OpenAIImage 'A cat' -Stream -PartialImages 2 -OutFile (Join-Path $folder cat.png) -KeepPartial:$Keep
        $files.Name | Should -Be $Names
        (Get-ChildItem $folder).Name | Sort-Object | Should -Be $Names
        Get-Content (Join-Path $folder cat.png) -Raw | Should -Be 'whole'
    }

    It 'uses the format of the answer as the extension' {
        Add-ImageStream (Get-Completed jpeg)
        (Invoke-OpenAIImage 'A cat' -Stream -OutFile (Join-Path $folder cat)).Name | Should -Be 'cat.jpeg'
    }

    It 'writes no file if the stream is cut off, and reports it' {
        Add-ImageStream (Get-Partial 0)
        { Invoke-OpenAIImage 'A cat' -Stream -OutFile (Join-Path $folder cat.png) } | Should -Throw -ErrorId 'StreamEndedEarly*'
        Get-ChildItem $folder | Should -BeNullOrEmpty
    }

    It 'reports an answer without an image' {
        Add-JsonReply 200 '{"data":[{"url":"https://example.com/cat.png"}]}'
        { Invoke-OpenAIImage 'A cat' -OutFile (Join-Path $folder cat.png) } | Should -Throw -ErrorId 'NoImage*'
        Add-JsonReply 200 '{"created":1,"data":[]}'
        { Invoke-OpenAIImage 'A cat' -Stream } | Should -Throw -ErrorId 'NoImage*'
    }

    It 'sends nothing if the file cannot be written' {
        { Invoke-OpenAIImage 'A cat' -OutFile (Join-Path $folder none/cat.png) } | Should -Throw -ErrorId 'DirectoryNotFound*'
        { Invoke-OpenAIImage 'A cat' -OutFile $folder } | Should -Throw -ErrorId 'BadArgument*'
        $locked = New-Item (Join-Path $folder locked.png)
        $locked.IsReadOnly = $true
        { Invoke-OpenAIImage 'A cat' -OutFile $locked.FullName } | Should -Throw -ErrorId 'FileNotWritable*'
        Get-SentRequest | Should -BeNullOrEmpty
        Add-ImageReply cat
        $null = Invoke-OpenAIImage 'A cat' -OutFile $locked.FullName -Force
        Get-Content $locked.FullName -Raw | Should -Be 'cat'
    }

    It 'sends nothing with -WhatIf' {
        Invoke-OpenAIImage 'A cat' -OutFile (Join-Path $folder cat.png) -WhatIf 6>$null | Should -BeNullOrEmpty
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'shows its progress' {
        Add-ImageStream (Get-Partial 0), (Get-Completed)
        $shell = [powershell]::Create().AddScript("Import-Module '$(Get-BuiltModule)'; Connect-OpenAI -BaseUri '$((Get-OpenAIConnection Default).BaseUri)'; Invoke-OpenAIImage 'A cat' -Stream")
        $null = $shell.Invoke()
        $progress = $shell.Streams.Progress | Where-Object Activity -EQ 'Creating an image'
        $progress[0].StatusDescription | Should -BeLike '*partial image 1'
        $progress[-1].RecordType | Should -Be Completed
        $shell.Dispose()
    }

    It 'sends the new fields as the service names them: <Call>' -ForEach @(
        @{ Call = '-OutputCompression 50'; Field = 'output_compression'; Sent = 50 }
        @{ Call = '-output_compression 0'; Field = 'output_compression'; Sent = 0 }
        @{ Call = '-Moderation LOW'; Field = 'moderation'; Sent = 'low' }
        @{ Call = '-OutputFormat SVG'; Field = 'output_format'; Sent = 'svg' }
        @{ Call = '-Size 12x34'; Field = 'size'; Sent = '12x34' }
    ) {
        Add-ImageReply cat
        $null = & ([scriptblock]::Create("Invoke-OpenAIImage 'A cat' $Call"))
        (Get-SentRequest).Json[$Field] | Should -BeExactly $Sent
    }

    It 'takes the format of <Name> from its extension' -ForEach @(
        @{ Name = 'a.gif'; Format = 'gif' }
        @{ Name = 'a.svg'; Format = 'svg' }
        @{ Name = 'a.JPG'; Format = 'jpeg' }
        @{ Name = 'a.png'; Format = $null }
    ) {
        Add-ImageReply '<svg/>'
        $null = Invoke-OpenAIImage 'A cat' -OutFile (Join-Path $folder $Name)
        Get-Content (Join-Path $folder $Name) -Raw | Should -Be '<svg/>'
        (Get-SentRequest).Json.output_format | Should -Be $Format
    }
}

Describe 'Invoke-OpenAIImage -ImagePath' {
    BeforeEach {
        Reset-TestServer
        $folder = (New-Item (Join-Path TestDrive: ([guid]::NewGuid())) -ItemType Directory).FullName
        $png = [byte[]] (0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A) + [byte[]] (0..255)
        $jpeg = [byte[]] (0xFF, 0xD8, 0xFF, 0xE0) + [byte[]] (255..0)
        [IO.File]::WriteAllBytes("$folder/a [1].png", $png)
        [IO.File]::WriteAllBytes("$folder/ü.jpg", $jpeg)
        [IO.File]::WriteAllText("$folder/doc.pdf", '%PDF-1.7')
        [IO.File]::WriteAllText("$folder/empty.png", '')
    }

    It 'sends files, mask and fields as a form, byte for byte' {
        Add-ImageReply night
        $result = Invoke-OpenAIImage 'Mach es Nacht: Grüße' -ImagePath "$folder/a [1].png", "$folder/*.jpg" -MaskPath "$folder/a [1].png" -InputFidelity HIGH -OutputCompression 80 -Moderation low -N 1 -AdditionalBody @{ svg = @{ model = 'w'; reasoning = @{ effort = 'low' } } }
        $result.Data[0].ImageBase64 | Should -Be (ConvertTo-Base64 night)
        (Get-SentRequest).path | Should -Be '/v1/images/edits'
        $form = Get-SentForm
        $form.Keys | Sort-Object | Should -Be 'image[]', 'input_fidelity', 'mask', 'model', 'moderation', 'n', 'output_compression', 'prompt', 'stream', 'svg[model]', 'svg[reasoning][effort]'
        $form['prompt'], $form['input_fidelity'], $form['output_compression'], $form['stream'], $form['svg[reasoning][effort]'] | Should -BeExactly 'Mach es Nacht: Grüße', 'high', '80', 'false', 'low'
        $form['image[]'].FileName | Should -Be 'a [1].png', 'ü.jpg'
        $form['image[]'].ContentType | Should -Be 'image/png', 'image/jpeg'
        $form['image[]'][0].Bytes + $form['image[]'][1].Bytes + $form['mask'].Bytes | Should -Be ($png + $jpeg + $png)
    }

    It 'streams the edit as it takes shape, also into files' {
        $events = (Get-Partial 0), (Get-Completed) -replace 'image_generation', 'image_edit'
        1..2 | ForEach-Object { Add-ImageStream $events }
        $edited = Invoke-OpenAIImage 'Night' -ImagePath "$folder/ü.jpg" -MarkupPath "$folder/a [1].png" -Stream -PartialImages 1
        $edited.Type | Should -Be 'image_edit.partial_image', 'image_edit.completed'
        $edited.ForEach('ToJson') | Should -Be $events
        $form = Get-SentForm
        $form['partial_images'], $form['stream'], $form['markup'].FileName | Should -Be '1', 'true', 'a [1].png'
        (Invoke-OpenAIImage 'Night' -ImagePath "$folder/ü.jpg" -Stream -OutFile "$folder/night.png").Name | Should -Be 'night.png'
        Get-Content "$folder/night.png" -Raw | Should -Be whole
        $Error | Should -BeNullOrEmpty
    }

    It 'edits the same images for each prompt, and sends the same again after a failure' {
        Connect-OpenAI -BaseUri (Get-OpenAIConnection Default).BaseUri -MaximumRetryCount 1
        Add-JsonReply 500 '{}' @{ 'retry-after-ms' = '1' }
        1..2 | ForEach-Object { Add-ImageReply "$_" }
        'Night', 'Day' | Invoke-OpenAIImage -ImagePath "$folder/ü.jpg" 3>$null | Should -HaveCount 2
        $requests = Get-SentRequest
        $requests | Should -HaveCount 3
        $requests[0].body | Should -BeExactly $requests[1].body
        $forms = Get-SentForm
        $forms.ForEach({ $_['prompt'] }) | Should -Be 'Night', 'Night', 'Day'
        $forms[2]['image[]'].Bytes | Should -Be $jpeg
    }

    It 'is recorded and replayed' {
        $recordings = Join-Path $folder recordings
        Connect-OpenAI -BaseUri (Get-OpenAIConnection Default).BaseUri -RecordTo $recordings
        Add-ImageReply night
        $null = Invoke-OpenAIImage 'Night' -ImagePath "$folder/ü.jpg"
        Connect-OpenAI -ReplayFrom $recordings
        (Invoke-OpenAIImage 'Night' -ImagePath "$folder/ü.jpg").Data[0].ImageBase64 | Should -Be (ConvertTo-Base64 night)
        { Invoke-OpenAIImage 'Night' -ImagePath "$folder/a [1].png" } | Should -Throw -ErrorId 'RecordingNotFound,*'
    }

    It 'sends nothing if <What>' -ForEach @(
        @{ What = 'a file is not there'; Parameter = @{ ImagePath = 'none.png' }; Id = 'PathNotFound'; Says = "*file 'none.png' does not exist*" }
        @{ What = 'a pattern matches nothing'; Parameter = @{ ImagePath = '*.none' }; Id = 'PathNotFound'; Says = '*No file matches*' }
        @{ What = 'a path is empty'; Parameter = @{ ImagePath = '' }; Id = 'PathNotFound'; Says = '*path is empty*' }
        @{ What = 'it is null'; Parameter = @{ ImagePath = $null }; Id = 'BadArgument'; Says = '*-ImagePath is empty*' }
        @{ What = 'the list is empty'; Parameter = @{ ImagePath = @() }; Id = 'BadArgument'; Says = '*-ImagePath contains no file*' }
        @{ What = 'it is a directory'; Parameter = @{ ImagePath = '.' }; Id = 'FileNotReadable'; Says = '*directory*' }
        @{ What = 'it is empty'; Parameter = @{ ImagePath = 'empty.png' }; Id = 'FileEmpty'; Says = '*empty.png''* is empty*' }
        @{ What = 'it is a document'; Parameter = @{ ImagePath = 'doc.pdf' }; Id = 'UnsupportedMediaType'; Says = '*application/pdf*' }
        @{ What = 'there are too many'; Parameter = @{ ImagePath = @('ü.jpg') * 17 }; Id = 'BadArgument'; Says = '*17 files*16 images*' }
        @{ What = 'the mask is not there'; Parameter = @{ ImagePath = 'ü.jpg'; MaskPath = 'none.png' }; Id = 'PathNotFound'; Says = "*file 'none.png' does not exist*" }
        @{ What = 'the mask is no PNG'; Parameter = @{ ImagePath = 'ü.jpg'; MaskPath = 'ü.jpg' }; Id = 'UnsupportedMediaType'; Says = '*image/jpeg*PNG*' }
        @{ What = 'the mask is a directory'; Parameter = @{ ImagePath = 'ü.jpg'; MaskPath = '.' }; Id = 'FileNotReadable'; Says = '*directory*' }
        @{ What = 'there is only a mask'; Parameter = @{ MaskPath = 'a [1].png' }; Id = 'BadArgument'; Says = '*-MaskPath*-ImagePath*' }
        @{ What = 'there is only a markup'; Parameter = @{ MarkupPath = 'a [1].png' }; Id = 'BadArgument'; Says = '*-MarkupPath*-ImagePath*' }
        @{ What = 'there is only a fidelity'; Parameter = @{ InputFidelity = 'low' }; Id = 'BadArgument'; Says = '*-InputFidelity*-ImagePath*' }
        @{ What = 'mask and markup come together'; Parameter = @{ ImagePath = 'ü.jpg'; MaskPath = 'a [1].png'; MarkupPath = 'a [1].png' }; Id = 'BadArgument'; Says = '*cannot be combined*' }
    ) {
        Push-Location $folder
        try { { Invoke-OpenAIImage 'Night' @Parameter } | Should -Throw $Says -ErrorId "$Id,*" } finally { Pop-Location }
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'refuses a file over 50 MB before it is read' {
        $big = [IO.File]::Create("$folder/big.png")
        $big.SetLength(50MB + 1)
        $big.Dispose()
        { Invoke-OpenAIImage 'Night' -ImagePath "$folder/big.png" } | Should -Throw '*52,428,801 bytes*52,428,800*Make it smaller*' -ErrorId 'FileTooLarge,*'
    }
}
