BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
    $folder = (New-Item TestDrive:/files -ItemType Directory).FullName
    Set-Content $folder/in.jsonl 'some content' -NoNewline
    Set-Content $folder/other.txt 'other' -NoNewline

    function New-File([string] $Id, [hashtable] $With = @{}) {
        @{ id = $Id; object = 'file'; bytes = 12; created_at = 1700000000; filename = 'in.jsonl'; purpose = 'batch' } + $With | ConvertTo-Json -Compress
    }
}
AfterAll { Stop-TestServer }

Describe 'Send-OpenAIFile' {
    BeforeEach { Reset-TestServer }

    It 'uploads a file and returns what the service stores' {
        Add-JsonReply 200 (New-File 'file-1')
        $file = Send-OpenAIFile $folder/in.jsonl -Purpose BATCH -ExpiresAfter 7.00:00:00
        $file | Should -BeOfType OpenAIStream.OpenAIFile
        $file.Id, $file.FileName, $file.Bytes, $file.Purpose | Should -Be 'file-1', 'in.jsonl', 12, 'batch'
        $file.CreatedAt | Should -Be ([DateTimeOffset]::FromUnixTimeSeconds(1700000000))
        "$file" | Should -Be 'file-1'
        (Get-SentRequest).path | Should -Be '/v1/files'
        $form = Get-SentForm
        $form.purpose | Should -Be 'batch'
        $form.'expires_after[anchor]' | Should -Be 'created_at'
        $form.'expires_after[seconds]' | Should -Be '604800'
        $form.file.FileName, $form.file.ContentType, $form.file.Text | Should -Be 'in.jsonl', 'text/jsonl', 'some content'
    }

    It 'reports a file that changes before it is sent, without a retry: <Name>' -ForEach @(
        @{ Name = 'Send-OpenAIFile'; Call = { Send-OpenAIFile $changing }; Sent = 0 }
        @{ Name = 'Send-OpenAIFile -PartSize'; Call = { Send-OpenAIFile $changing -PartSize 4 }; Sent = 1 }
        @{ Name = 'Invoke-OpenAIRequest -InFile'; Call = { Invoke-OpenAIRequest POST x -InFile $changing }; Sent = 0 }
        @{ Name = 'Invoke-OpenAIRequest -Form'; Call = { Invoke-OpenAIRequest POST x -Form @{ file = Get-Item $changing } }; Sent = 0 }
    ) {
        $changing = "$folder/changing.bin"
        Set-Content $changing 0123456789 -NoNewline
        Set-DefaultReply @{ headers = @{ 'content-type' = 'application/json' }; steps = @(@{ send = '{"id":"x"}' }) }
        # The token is requested once the request is ready, and before the file is read.
        Connect-OpenAI -BaseUri "$(Get-TestAddress)v1" -MaximumRetryCount 3 -TokenProvider { [IO.File]::WriteAllText($changing, '012'); 'token' }.GetNewClosure()
        $failure = { & $Call } | Should -Throw -ErrorId 'FileNotReadable,*' -PassThru
        "$failure" | Should -BeLike "*changing.bin' was changed while it was being sent*"
        @(Get-SentRequest).Count | Should -Be $Sent
        Remove-Item $changing
    }

    It 'returns what was uploaded if the checkpoint cannot be written, and stops with an error' {
        Add-JsonReply 200 (New-File 'file-1')
        $splat = @{ Purpose = 'batch'; Checkpoint = "$folder/blocked.json"; ErrorVariable = 'problem'; ErrorAction = 'SilentlyContinue' }
        New-Item "$folder/blocked.json.tmp" -ItemType Directory # in the way of the file that replaces the checkpoint
        $files = try { "$folder/in.jsonl", "$folder/other.txt" | Send-OpenAIFile @splat } catch { $failure = $_ }
        $files.Id | Should -Be 'file-1'
        $failure.FullyQualifiedErrorId | Should -BeLike 'FileNotWritable,*'
        @(Get-SentRequest).Count | Should -Be 1
        Remove-Item "$folder/blocked.json*"
    }

    It 'reports a file of which the service stored something else' {
        Add-JsonReply 200 (New-File 'file-1').Replace('12', '7')
        { Send-OpenAIFile $folder/in.jsonl } | Should -Throw -ExpectedMessage '*has 12 bytes, but the service says that it stored 7 bytes*file-1*'
    }

    It 'uploads several, and continues after one that is refused or missing' {
        Add-JsonReply 400 '{"error":{"message":"no"}}'
        Add-JsonReply 200 (New-File 'file-2').Replace('12', '5')
        (Get-ChildItem $folder -File | Sort-Object Name | Send-OpenAIFile -ErrorVariable problem -ErrorAction SilentlyContinue).Id | Should -Be 'file-2'
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'BadRequest,*'
        { Send-OpenAIFile $folder/none.txt } | Should -Throw -ErrorId 'PathNotFound,*'
        Set-Content $folder/empty.txt '' -NoNewline
        { Send-OpenAIFile $folder/empty.txt } | Should -Throw -ErrorId 'FileNotReadable,*'
        Remove-Item $folder/empty.txt
    }

    It 'refuses a lifetime that the service does not allow' {
        { Send-OpenAIFile $folder/in.jsonl -ExpiresAfter 7 } | Should -Throw -ErrorId 'BadArgument,*' -ExpectedMessage '*7.00:00:00*'
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'uploads in parts, retries a failed part, and completes them in order' {
        Add-JsonReply 200 '{"id":"upload_1","object":"upload","status":"pending","expires_at":9999999999}'
        Add-JsonReply 200 '{"id":"part_1"}'
        Add-JsonReply 500 '{"error":{"message":"busy"}}' @{ 'retry-after-ms' = '1' }
        Add-JsonReply 200 '{"id":"part_2"}'
        Add-JsonReply 200 '{"id":"part_3"}'
        Add-JsonReply 200 "{`"id`":`"upload_1`",`"status`":`"completed`",`"file`":$(New-File 'file-9')}"
        (Send-OpenAIFile $folder/in.jsonl -Purpose batch -PartSize 5 -MaximumRetryCount 1).Id | Should -Be 'file-9'
        $sent = @(Get-SentRequest)
        $sent.path | Should -Be '/v1/uploads', '/v1/uploads/upload_1/parts', '/v1/uploads/upload_1/parts', '/v1/uploads/upload_1/parts', '/v1/uploads/upload_1/parts', '/v1/uploads/upload_1/complete'
        $sent[0].Json.bytes, $sent[0].Json.filename, $sent[0].Json.mime_type, $sent[0].Json.purpose | Should -Be 12, 'in.jsonl', 'text/jsonl', 'batch'
        @(Get-SentForm)[1..4].data.Text | Should -Be 'some ', 'conte', 'conte', 'nt'
        $sent[5].Json.part_ids | Should -Be 'part_1', 'part_2', 'part_3'
    }

    It 'continues a broken upload where it broke, in another process too, and sends nothing twice' {
        $call = "Send-OpenAIFile '$folder/in.jsonl' -Purpose batch -PartSize 5 -Checkpoint '$folder/upload.json'"
        Add-JsonReply 200 '{"id":"upload_1","status":"pending","expires_at":9999999999}'
        Add-JsonReply 200 '{"id":"part_1"}'
        Add-JsonReply 401 '{"error":{"message":"no"}}'
        { & ([scriptblock]::Create($call)) } | Should -Throw -ErrorId 'Authentication,*'
        Add-JsonReply 200 '{"id":"part_2"}'
        Add-JsonReply 200 '{"id":"part_3"}'
        Add-JsonReply 200 "{`"id`":`"upload_1`",`"status`":`"completed`",`"file`":$(New-File 'file-9')}"
        Invoke-ChildProcess "Connect-OpenAI -BaseUri '$($server.http1)v1'; ($call).Id" | Should -Be 'file-9'
        @(Get-SentRequest).path[3..5] | Should -Be '/v1/uploads/upload_1/parts', '/v1/uploads/upload_1/parts', '/v1/uploads/upload_1/complete'
        @(Get-SentRequest)[5].Json.part_ids | Should -Be 'part_1', 'part_2', 'part_3'
        @(Get-SentForm)[3..4].data.Text | Should -Be 'conte', 'nt'

        # The whole answer is stored: the same command sends no request.
        (& ([scriptblock]::Create($call))).Id | Should -Be 'file-9'
        Get-SentRequest | Should -HaveCount 6
        Remove-Item $folder/upload.json
    }

    It 'asks again to complete an upload whose answer was lost, and never uploads the file twice' {
        $splat = @{ Path = "$folder/in.jsonl"; Purpose = 'batch'; PartSize = 12; Checkpoint = "$folder/upload.json" }
        Add-JsonReply 200 '{"id":"upload_1","expires_at":9999999999}'
        Add-JsonReply 200 '{"id":"part_1"}'
        Add-Reply @{ steps = @(@{ cut = $true }) }
        $failure = { Send-OpenAIFile @splat } | Should -Throw -ErrorId 'ConnectionFailed,*' -PassThru
        $failure.Exception.MayHaveActed | Should -BeTrue
        foreach ($run in 1, 2) {
            Reset-TestServer
            Set-DefaultReply @{ status = 400; headers = @{ 'content-type' = 'application/json' }; steps = @(@{ send = '{"error":{"message":"The upload is completed."}}' }) }
            $failure = { Send-OpenAIFile @splat } | Should -Throw -ErrorId 'UploadNotConfirmed,*' -PassThru
            "$failure" | Should -BeLike "*'in.jsonl'*12 bytes*'batch'*The upload is completed.*"
            $failure.ErrorDetails.RecommendedAction | Should -BeLike '*Get-OpenAIFile*another file for -Checkpoint*'
            @(Get-SentRequest).path | Should -Be '/v1/uploads/upload_1/complete'
        }

        Reset-TestServer
        Add-JsonReply 200 "{`"id`":`"upload_1`",`"file`":$(New-File 'file-9')}"
        (Send-OpenAIFile @splat).Id | Should -Be 'file-9'
        Remove-Item $folder/upload.json
    }

    It 'starts over if the service no longer knows the upload, or if the file has changed' {
        $splat = @{ Path = "$folder/in.jsonl"; Purpose = 'batch'; PartSize = 12; Checkpoint = "$folder/upload.json" }
        Add-JsonReply 200 '{"id":"upload_1","expires_at":9999999999}'
        Add-JsonReply 200 '{"id":"part_1"}'
        Add-JsonReply 401 '{"error":{"message":"no"}}'
        { Send-OpenAIFile @splat } | Should -Throw
        Add-JsonReply 404 '{"error":{"message":"Expired."}}'
        Add-JsonReply 200 '{"id":"upload_2","expires_at":9999999999}'
        Add-JsonReply 200 '{"id":"part_2"}'
        Add-JsonReply 200 "{`"id`":`"upload_2`",`"file`":$(New-File 'file-2')}"
        (Send-OpenAIFile @splat).Id | Should -Be 'file-2'
        @(Get-SentRequest).path[3..6] | Should -Be '/v1/uploads/upload_1/complete', '/v1/uploads', '/v1/uploads/upload_2/parts', '/v1/uploads/upload_2/complete'

        Reset-TestServer
        Add-JsonReply 200 (New-File 'file-3')
        $splat.Remove('PartSize')
        $splat.Purpose = 'evals'
        (Send-OpenAIFile @splat).Id | Should -Be 'file-3'
        (Get-SentRequest).path | Should -Be '/v1/files'
        { Send-OpenAIFile $folder/in.jsonl -Checkpoint $folder/other.txt } | Should -Throw -ErrorId 'BadArgument,*'
        Remove-Item $folder/upload.json
    }
}

Describe 'Get-OpenAIFile' {
    BeforeEach { Reset-TestServer }

    It 'lists all pages, by purpose and name' {
        Add-JsonReply 200 "{`"data`":[$(New-File 'file-1'),$(New-File 'file-2' @{ status = 'x' })],`"has_more`":true,`"last_id`":`"file-2`"}"
        Add-JsonReply 200 "{`"data`":[$((New-File 'file-3').Replace('in.jsonl', 'out.jsonl'))],`"has_more`":false}"
        (Get-OpenAIFile -Purpose batch -Name in*).Id | Should -Be 'file-1', 'file-2'
        (Get-SentRequest).path | Should -Be '/v1/files?purpose=batch', '/v1/files?purpose=batch&after=file-2'
    }

    It 'gets files by their ids, also from the pipeline' {
        Add-JsonReply 200 (New-File 'file-1')
        Add-JsonReply 404 '{"error":{"message":"No such file."}}'
        Add-JsonReply 200 (New-File 'file/3')
        (Get-OpenAIFile file-1, gone, file/3 -ErrorVariable problem -ErrorAction SilentlyContinue).Id | Should -Be 'file-1', 'file/3'
        $problem.TargetObject | Should -Be 'gone'
        (Get-SentRequest).path | Should -Be '/v1/files/file-1', '/v1/files/gone', '/v1/files/file%2F3'
        Add-JsonReply 200 (New-File 'file-4')
        ([pscustomobject] @{ Id = 'file-4' } | Get-OpenAIFile).Id | Should -Be 'file-4'
    }
}

Describe 'Save-OpenAIFile' {
    BeforeEach { Reset-TestServer }

    It 'writes the content to a file' {
        Add-Reply @{ path = '/v1/files/file-1/content'; steps = @(@{ send = 'line 1' }, @{ send = "`nline 2" }) }
        (Save-OpenAIFile file-1 $folder/saved.txt).FullName | Should -Be (Get-Item $folder/saved.txt).FullName
        Get-Content $folder/saved.txt | Should -Be 'line 1', 'line 2'
        { Save-OpenAIFile file-1 $folder/saved.txt } | Should -Throw -ErrorId 'FileNotWritable,*' -ExpectedMessage '*-Force*'
        Add-Reply @{ path = '/v1/files/file-1/content'; steps = @(@{ send = 'new' }) }
        $null = Save-OpenAIFile file-1 $folder/saved.txt -Force
        Get-Content $folder/saved.txt | Should -Be 'new'
        Remove-Item $folder/saved.txt
    }

    It 'writes several into a directory under their names, which cannot lead out of it' {
        $target = (New-Item $folder/into -ItemType Directory).FullName
        Add-JsonReply 200 (New-File 'a').Replace('12', '1')
        Add-Reply @{ steps = @(@{ send = 'A' }) }
        Add-JsonReply 200 (New-File 'b').Replace('in.jsonl', '../../b.txt').Replace('12', '1')
        Add-Reply @{ steps = @(@{ send = 'B' }) }
        Add-JsonReply 200 (New-File 'c').Replace('in.jsonl', '..').Replace('12', '1')
        Add-Reply @{ steps = @(@{ send = 'C' }) }
        ('a', 'b', 'c' | Save-OpenAIFile -OutFile $target).Name | Should -Be 'in.jsonl', 'b.txt', 'c'
        (Get-ChildItem $target | Sort-Object Name | Get-Content) | Should -Be 'B', 'C', 'A'
        { Save-OpenAIFile a, b -OutFile $folder/one.txt } | Should -Throw -ErrorId 'BadArgument,*' -ExpectedMessage '*directory*'
        Remove-Item $target -Recurse
    }

    It 'writes nothing if the service sends an error in place of the content: <Name>' -ForEach @(
        @{ Name = 'Save-OpenAIFile'; Call = { Save-OpenAIFile file-1 $folder/fault.txt }; More = { Add-JsonReply 200 (New-File 'file-1') } }
        @{ Name = 'Save-OpenAIFile into a directory'; Call = { Save-OpenAIFile file-1 $folder }; First = { Add-JsonReply 200 (New-File 'file-1').Replace('in.jsonl', 'fault.txt') } }
        @{ Name = 'Invoke-OpenAIRequest'; Call = { Invoke-OpenAIRequest GET files/file-1/content -OutFile $folder/fault.txt } }
    ) {
        if ($First) { & $First }
        Add-JsonReply 200 '{"error":{"message":"The storage is down."}}'
        if ($More) { & $More }
        $Call | Should -Throw -ExpectedMessage '*The storage is down.*'
        Get-ChildItem $folder -Filter fault* | Should -BeNullOrEmpty
    }

    It 'writes content that is the JSON of an error: <Name>' -ForEach @(
        @{ Name = 'to a file'; Call = { Save-OpenAIFile file-1 $folder/json.txt }; More = $true }
        @{ Name = 'into a directory'; Call = { Save-OpenAIFile file-1 $folder } }
        @{ Name = 'of no known type'; Call = { Save-OpenAIFile file-1 $folder/json.txt }; Type = 'application/octet-stream' }
    ) {
        $content = '{"error":{"message":"The storage is down."}}'
        $about = { Add-JsonReply 200 (New-File 'file-1').Replace('in.jsonl', 'json.txt').Replace('12', $content.Length) }
        if ($Name -eq 'into a directory') { & $about }
        Add-Reply @{ headers = @{ 'content-type' = if ($Type) { $Type } else { 'application/json' } }; steps = @(@{ send = $content }) }
        if ($More) { & $about }
        $null = & $Call
        Get-Content $folder/json.txt -Raw | Should -Be $content
        Remove-Item $folder/json.txt
    }

    It 'writes nothing if the content does not have the announced size' {
        $target = (New-Item $folder/sizes -ItemType Directory).FullName
        Add-JsonReply 200 (New-File 'a')
        Add-Reply @{ steps = @(@{ send = 'short' }) }
        { Save-OpenAIFile a $target } | Should -Throw -ExpectedMessage '*has 12 bytes, but sent 5. Nothing was written*'
        Get-ChildItem $target | Should -BeNullOrEmpty
        Remove-Item $target
    }

    It 'shows what is invisible in a name from the service' {
        $target = (New-Item $folder/names -ItemType Directory).FullName
        Add-JsonReply 200 (New-File 'a').Replace('in.jsonl', 'a\u202Egpj.exe').Replace('12', '1')
        Add-Reply @{ steps = @(@{ send = 'A' }) }
        (Save-OpenAIFile a $target).Name | Should -BeLike 'a*U+202E*gpj.exe'
        Remove-Item $target -Recurse
    }

    It 'leaves nothing of a broken download' {
        Add-Reply @{ headers = @{ 'content-length' = '100' }; steps = @(@{ send = 'half' }) }
        { Save-OpenAIFile a $folder/broken.txt } | Should -Throw -ErrorId 'StreamEndedEarly,*'
        Get-ChildItem $folder -Filter broken* | Should -BeNullOrEmpty
    }
}

Describe 'Remove-OpenAIFile' {
    BeforeEach { Reset-TestServer }

    It 'deletes files, and continues after a missing one' {
        Add-JsonReply 200 '{"id":"a","deleted":true}'
        Add-JsonReply 404 '{"error":{"message":"no"}}'
        Add-JsonReply 200 '{"id":"c","deleted":true}'
        'a', 'b', 'c' | Remove-OpenAIFile -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problem.TargetObject | Should -Be 'b'
        (Get-SentRequest).ForEach({ "$($_.method) $($_.path)" }) | Should -Be 'DELETE /v1/files/a', 'DELETE /v1/files/b', 'DELETE /v1/files/c'
    }

    It 'accepts files from the pipeline, and sends nothing with -WhatIf' {
        $files = [OpenAIStream.OpenAIFile] (New-File 'file-1'), [OpenAIStream.OpenAIFile] (New-File 'file-2')
        $files | Remove-OpenAIFile -WhatIf
        Get-SentRequest | Should -BeNullOrEmpty
        Add-Reply @{ times = 2; headers = @{ 'content-type' = 'application/json' }; steps = @(@{ send = '{"deleted":true}' }) }
        $files | Remove-OpenAIFile
        (Get-SentRequest).path | Should -Be '/v1/files/file-1', '/v1/files/file-2'
    }
}

Describe 'New-OpenAIMessage -FileId' {
    BeforeEach { Reset-TestServer }

    It 'refers to stored files, for chats and for responses' {
        $file = [OpenAIStream.OpenAIFile] (New-File 'file-1')
        $message = New-OpenAIMessage 'What is it about?' -FileId $file, 'file-2'
        $message.ContentParts[1].file.file_id | Should -Be 'file-1'
        Add-JsonReply 200 '{"id":"resp_1","status":"completed","output":[]}'
        $null = $message | Invoke-OpenAIResponse
        $content = (Get-SentRequest).Json.input[0].content
        $content.type | Should -Be 'input_text', 'input_file', 'input_file'
        $content.file_id | Should -Be 'file-1', 'file-2'
    }
}
