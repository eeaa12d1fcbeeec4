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
    # Images come without [DONE].
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

    It 'writes the image to a file, in the place of one that is there' {
        $path = Join-Path $folder cat.webp
        Set-Content $path 'before'
        Add-ImageReply cat
        (Invoke-OpenAIImage 'A cat' -OutFile $path).FullName | Should -Be $path
        Get-Content $path -Raw | Should -Be 'cat'
        (Get-SentRequest).Json.output_format | Should -Be webp
        Get-ChildItem $folder | Should -HaveCount 1
    }

    It 'numbers several images, and gives a path an ending that has none' {
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

    It 'keeps partial images when asked to' -ForEach @(
        @{ Keep = $true; Names = 'cat.partial-0.png', 'cat.partial-1.png', 'cat.png' }
        @{ Keep = $false; Names = @('cat.png') }
    ) {
        Add-ImageStream (Get-Partial 0), (Get-Partial 1), (Get-Completed)
        $files = Invoke-OpenAIImage 'A cat' -Stream -PartialImages 2 -OutFile (Join-Path $folder cat.png) -KeepPartial:$Keep
        $files.Name | Should -Be $Names
        (Get-ChildItem $folder).Name | Sort-Object | Should -Be $Names
        Get-Content (Join-Path $folder cat.png) -Raw | Should -Be 'whole'
    }

    It 'takes the format of the answer for the ending' {
        Add-ImageStream (Get-Completed jpeg)
        (Invoke-OpenAIImage 'A cat' -Stream -OutFile (Join-Path $folder cat)).Name | Should -Be 'cat.jpeg'
    }

    It 'writes no file when the stream is cut off, and says so' {
        Add-ImageStream (Get-Partial 0)
        { Invoke-OpenAIImage 'A cat' -Stream -OutFile (Join-Path $folder cat.png) } | Should -Throw -ErrorId 'StreamEndedEarly*'
        Get-ChildItem $folder | Should -BeNullOrEmpty
    }

    It 'is not fooled by an answer that holds no image' {
        Add-JsonReply 200 '{"data":[{"url":"https://example.com/cat.png"}]}'
        { Invoke-OpenAIImage 'A cat' -OutFile (Join-Path $folder cat.png) } | Should -Throw -ErrorId 'NoImage*'
        Add-JsonReply 200 '{"created":1,"data":[]}'
        { Invoke-OpenAIImage 'A cat' -Stream } | Should -Throw -ErrorId 'NoImage*'
    }

    It 'asks for nothing when the file cannot be written' {
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

    It 'asks for nothing with -WhatIf' {
        Invoke-OpenAIImage 'A cat' -OutFile (Join-Path $folder cat.png) -WhatIf 6>$null | Should -BeNullOrEmpty
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'tells its progress' {
        Add-ImageStream (Get-Partial 0), (Get-Completed)
        $shell = [powershell]::Create().AddScript("Import-Module '$(Get-BuiltModule)'; Connect-OpenAI -BaseUri '$((Get-OpenAIConnection Default).BaseUri)'; Invoke-OpenAIImage 'A cat' -Stream")
        $null = $shell.Invoke()
        $progress = $shell.Streams.Progress | Where-Object Activity -EQ 'Creating an image'
        $progress[0].StatusDescription | Should -BeLike '*partial image 1'
        $progress[-1].RecordType | Should -Be Completed
        $shell.Dispose()
    }
}
