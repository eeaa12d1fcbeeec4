BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
    $folder = (New-Item TestDrive:/files -ItemType Directory).FullName
    Set-Content $folder/in.txt 'some content' -NoNewline
}
AfterAll { Stop-TestServer }

Describe 'Invoke-OpenAIRequest' {
    BeforeEach { Reset-TestServer }

    It 'sends a request to a path under the base address and returns an object with properties' {
        Add-JsonReply 200 '{"id":"ftjob-1","object":"job","error":null,"nested":{"list":[{"a":1},{"a":2}]}}'
        $job = Invoke-OpenAIRequest GET fine_tuning/jobs/ftjob-1 -Query @{ limit = 3; 'include[]' = 'a', 'b' }
        $job | Should -BeOfType OpenAIStream.JsonMap
        $job.id | Should -Be 'ftjob-1'
        $job.nested.list.a | Should -Be 1, 2
        $request = Get-SentRequest
        $request.method | Should -Be 'GET'
        $request.path.Split('?')[0] | Should -Be '/v1/fine_tuning/jobs/ftjob-1'
        $request.path.Split('?')[1].Split('&') | Sort-Object | Should -Be 'include%5B%5D=a', 'include%5B%5D=b', 'limit=3'
        $request.body | Should -BeNullOrEmpty
    }

    It 'accepts the path as documentation shows it: <_>' -ForEach 'files', '/files', '/v1/files', '{0}v1/files' {
        Add-JsonReply 200 '{"id":"x"}'
        (Invoke-OpenAIRequest get ($_ -f $server.http1)).id | Should -Be 'x'
        (Get-SentRequest).path | Should -Be '/v1/files'
    }

    It 'does not leave the base address: <_>' -ForEach '../admin', 'http://other.example/v1/files', 'a/../../b', '..%2f..%2fx/../../y', '%2e%2e/x', 'files/..%2fadmin', 'files/..%5Cadmin', 'files/%252e%252e%252fadmin', 'https://ada:pa55word-x@other.example/v1/files?sig=signature-x' {
        { Invoke-OpenAIRequest GET $_ } | Should -Throw -ErrorId 'BadArgument,*' -ExpectedMessage '*is not under the address*' -PassThru |
            Get-Error | Out-String | Should -Not -Match 'pa55word-x|signature-x'
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'sends a hashtable, an object, text, a list and bytes' {
        1..6 | ForEach-Object { Add-JsonReply 200 '{"id":"x"}' }
        $null = Invoke-OpenAIRequest POST a -Body @{ model = 'm'; n = 1; deep = @{ list = 1, 2 } }
        $null = Invoke-OpenAIRequest POST a -Body ([pscustomobject] @{ model = 'm' })
        $null = Invoke-OpenAIRequest POST a -Body '{ "raw": 1.50 }'
        $null = Invoke-OpenAIRequest POST a -Body @(1, 'two')
        $null = Invoke-OpenAIRequest POST a -Body "line`nline" -ContentType text/plain
        $null = Invoke-OpenAIRequest POST a -Body ([byte[]] (65, 66))
        $sent = @(Get-SentRequest)
        $sent[0].Json.deep.list | Should -Be 1, 2
        $sent[1].body | Should -Be '{"model":"m"}'
        $sent[2].body | Should -Be '{"raw":1.50}'
        $sent[3].body | Should -Be '[1,"two"]'
        $sent[4].body | Should -Be "line`nline"
        $sent.headers.'Content-Type' | Should -Be 'application/json', 'application/json', 'application/json', 'application/json', 'text/plain', 'application/octet-stream'
        $sent[5].body | Should -Be 'AB'
    }

    It 'sends a request for each body from the pipeline, and continues after one that fails' {
        Add-JsonReply 200 '{"id":"1"}'
        Add-JsonReply 400 '{"error":{"message":"no"}}'
        Add-JsonReply 200 '{"id":"3"}'
        $answers = @{ n = 1 }, @{ n = 2 }, @{ n = 3 } | Invoke-OpenAIRequest POST a -ErrorVariable problem -ErrorAction SilentlyContinue
        $answers.id | Should -Be '1', '3'
        $problem[0].FullyQualifiedErrorId | Should -Be 'BadRequest,OpenAIStream.InvokeOpenAIRequestCommand'
        $problem[0].InputIndex | Should -Be 1
        (Get-SentRequest).Json.n | Should -Be 1, 2, 3
    }

    It 'returns text as text, bytes as bytes, a list as its items, and nothing for nothing' {
        Add-Reply @{ headers = @{ 'content-type' = 'application/octet-stream' }; steps = @(@{ send = "{`"a`":1}`n{`"a`":2}`n" }) }
        Add-Reply @{ headers = @{ 'content-type' = 'application/octet-stream' }; steps = @(@{ sendBase64 = [Convert]::ToBase64String([byte[]] (0, 255, 7)) }) }
        Add-JsonReply 200 '[{"a":1},{"a":2}]'
        Add-Reply @{ status = 204 }
        Invoke-OpenAIRequest GET a | Should -Be "{`"a`":1}`n{`"a`":2}`n"
        $bytes = Invoke-OpenAIRequest GET a
        , $bytes | Should -BeOfType byte[]
        $bytes | Should -Be 0, 255, 7
        (Invoke-OpenAIRequest GET a).a | Should -Be 1, 2
        Invoke-OpenAIRequest DELETE a | Should -BeNullOrEmpty
    }

    It 'distinguishes an error in a response from an object that contains one' {
        Add-JsonReply 200 '{"id":"job","status":"failed","error":{"message":"It broke."}}'
        Add-JsonReply 200 '{"error":{"message":"No such thing."}}'
        Add-JsonReply 404 '{"error":{"message":"Nowhere.","code":"gone"}}'
        (Invoke-OpenAIRequest GET a).error.message | Should -Be 'It broke.'
        { Invoke-OpenAIRequest GET a } | Should -Throw '*No such thing.*'
        { Invoke-OpenAIRequest GET a } | Should -Throw -ErrorId 'NotFound,*' -ExpectedMessage '*Nowhere.*'
    }

    It 'follows the pages of a list, as many as needed' {
        $page = { param($ids, $more) @{ object = 'list'; data = @($ids | ForEach-Object { @{ id = $_ } }); has_more = $more; last_id = @($ids)[-1] } | ConvertTo-Json -Depth 4 -Compress }
        Add-JsonReply 200 (& $page (1, 2) $true)
        Add-JsonReply 200 (& $page (3, 4) $true)
        Add-JsonReply 200 (& $page @(5) $false)
        (Invoke-OpenAIRequest GET 'files?after=0' -Query @{ limit = 2 } -All).id | Should -Be 1, 2, 3, 4, 5
        (Get-SentRequest).path | Should -Be '/v1/files?after=0&limit=2', '/v1/files?limit=2&after=2', '/v1/files?limit=2&after=4'

        Reset-TestServer
        Add-JsonReply 200 (& $page ('a', 'b') $true)
        Add-JsonReply 200 (& $page ('c', 'd') $true)
        (Invoke-OpenAIRequest GET files -First 3).id | Should -Be 'a', 'b', 'c'
        Get-SentRequest | Should -HaveCount 2

        Reset-TestServer
        Add-JsonReply 200 (& $page ('a', 'b') $true)
        (Invoke-OpenAIRequest GET files -All | Select-Object -First 2).id | Should -Be 'a', 'b'
        Get-SentRequest | Should -HaveCount 1

        Reset-TestServer
        Add-JsonReply 200 (& $page ('a', 'b') $true)
        (Invoke-OpenAIRequest GET files).data.id | Should -Be 'a', 'b'
    }

    It 'follows pages by next_page, and ends if they form a circle or if there is no list' {
        Add-JsonReply 200 '{"data":[{"n":1}],"has_more":true,"next_page":"p2"}'
        Add-JsonReply 200 '{"data":[{"n":2}],"has_more":false,"next_page":null}'
        (Invoke-OpenAIRequest GET organization/costs -All).n | Should -Be 1, 2
        @(Get-SentRequest)[1].path | Should -Be '/v1/organization/costs?page=p2'
        1..3 | ForEach-Object { Add-JsonReply 200 '{"data":[{"id":"same"}],"has_more":true}' }
        { Invoke-OpenAIRequest GET a -All } | Should -Throw '*circle*'
        Reset-TestServer
        Add-JsonReply 200 '{"id":"x"}'
        { Invoke-OpenAIRequest GET a -All } | Should -Throw -ErrorId 'MalformedResponse,*'
    }

    It 'gives the pages of a list one total timeout: <Name>' -ForEach @(
        @{ Name = 'Invoke-OpenAIRequest'; Call = { Invoke-OpenAIRequest GET list -All -TotalTimeoutSeconds 1.2 } }
        @{ Name = 'Invoke-OpenAIRequest with the timeout of the connection'; Call = {
                Connect-OpenAI -BaseUri "$(Get-TestAddress)v1" -TotalTimeoutSeconds 1.2
                Invoke-OpenAIRequest GET list -All
            }
        }
        @{ Name = 'Get-OpenAIFile'; Call = { Get-OpenAIFile -TotalTimeoutSeconds 1.2 } }
        @{ Name = 'Get-OpenAIConversationItem'; Call = { Get-OpenAIConversationItem conv_1 -TotalTimeoutSeconds 1.2 } }
    ) {
        1..20 | ForEach-Object {
            Add-Reply @{ headers = @{ 'content-type' = 'application/json' }; steps = @{ delayMs = 300 }, @{ send = "{`"data`":[{`"id`":`"i$_`"}],`"last_id`":`"i$_`",`"has_more`":true}" } }
        }

        { & $Call } | Should -Throw -ErrorId 'TotalTimeout,*' -ExpectedMessage '*The list took longer than 1.2 s*'
        @(Get-SentRequest).Count | Should -BeIn 2, 3, 4, 5
    }

    It 'streams events as objects' {
        Add-StreamReply '{"type":"a","n":1}', '{"type":"b","n":2}'
        Add-StreamReply '{"n":1}'
        Add-StreamReply '{"type":"video.failed","error":{"message":"It broke."}}'
        $events = Invoke-OpenAIRequest POST videos -Body @{ prompt = 'x' } -Stream -ResponseHeadersVariable headers
        $events.n | Should -Be 1, 2
        $headers['content-type'] | Should -Be 'text/event-stream'
        (Invoke-OpenAIRequest GET responses/resp_1 -Stream).n | Should -Be 1
        { Invoke-OpenAIRequest POST a -Body '{}' -Stream } | Should -Throw '*It broke.*'
        $sent = @(Get-SentRequest)
        $sent[0].Json.stream | Should -BeTrue
        $sent[0].headers.Accept | Should -Be 'text/event-stream'
        $sent[1].path | Should -Be '/v1/responses/resp_1?stream=true'
    }

    It 'closes a stream that is no longer read' {
        Add-StreamReply '{"n":1}', '{"n":2}' -Then @{ stall = $true }
        (Invoke-OpenAIRequest POST a -Stream | Select-Object -First 1).n | Should -Be 1
        Wait-ClientGone (Get-Moment) | Should -BeLessThan 1000
    }

    It 'sends a file as the body and in a form' {
        1..3 | ForEach-Object { Add-JsonReply 200 '{"id":"x"}' }
        $null = Invoke-OpenAIRequest POST a -InFile $folder/in.txt
        $null = Invoke-OpenAIRequest POST a -InFile $folder/in.txt -Form @{ purpose = 'batch'; expires_after = @{ anchor = 'created_at'; seconds = 3600 } }
        $null = Invoke-OpenAIRequest POST a -Form ([ordered] @{ model = 'm'; 'image[]' = (Get-Item $folder/in.txt), (Get-Item $folder/in.txt) })
        $sent = @(Get-SentRequest)
        $sent[0].body | Should -Be 'some content'
        $sent[0].headers.'Content-Type' | Should -Be 'text/plain'
        $form = @(Get-SentForm)
        $form[1].purpose | Should -Be 'batch'
        $form[1].'expires_after[seconds]' | Should -Be '3600'
        $form[1].file.FileName | Should -Be 'in.txt'
        $form[1].file.Text | Should -Be 'some content'
        $form[2].'image[]'.Text | Should -Be 'some content', 'some content'
        { Invoke-OpenAIRequest POST a -InFile $folder/none.txt } | Should -Throw -ErrorId 'PathNotFound,*'
    }

    It 'writes the response to a file, which is complete or not created' {
        Add-Reply @{ headers = @{ 'content-type' = 'application/octet-stream' }; steps = @(@{ send = 'one ' }, @{ send = 'two' }) }
        (Invoke-OpenAIRequest GET files/f/content -OutFile $folder/out.bin).Length | Should -Be 7
        Get-Content $folder/out.bin | Should -Be 'one two'
        Add-Reply @{ headers = @{ 'content-type' = 'application/octet-stream'; 'content-length' = '100' }; steps = @(@{ send = 'half' }) }
        { Invoke-OpenAIRequest GET files/f/content -OutFile $folder/out.bin } | Should -Throw -ErrorId 'StreamEndedEarly,*'
        Get-Content $folder/out.bin | Should -Be 'one two'
        (Get-ChildItem $folder).Name | Should -Be 'in.txt', 'out.bin'
    }

    It 'retries what is safe to repeat, and nothing else' {
        Add-Reply @{ status = 500; times = 9; headers = @{ 'retry-after-ms' = '1' }; steps = @(@{ send = '{"error":{"message":"busy"}}' }) }
        { Invoke-OpenAIRequest GET a -MaximumRetryCount 2 } | Should -Throw
        { Invoke-OpenAIRequest DELETE b -MaximumRetryCount 2 } | Should -Throw
        { Invoke-OpenAIRequest POST c -MaximumRetryCount 2 -Body @{} } | Should -Throw
        { Invoke-OpenAIRequest POST d -MaximumRetryCount 2 -Body @{} -AdditionalHeaders @{ 'Idempotency-Key' = 'k' } } | Should -Throw
        (Get-SentRequest | Group-Object path).ForEach({ "$($_.Name) $($_.Count)" }) | Should -Be '/v1/a 3', '/v1/b 3', '/v1/c 1', '/v1/d 3'

        Reset-TestServer
        Add-Reply @{ status = 429; headers = @{ 'retry-after-ms' = '1' }; steps = @(@{ send = '{"error":{"message":"slow"}}' }) }
        Add-JsonReply 200 '{"id":"x"}'
        (Invoke-OpenAIRequest POST a -MaximumRetryCount 2 -Body @{}).id | Should -Be 'x'
    }

    It 'is recorded and replayed, forms with files included' {
        Connect-OpenAI -BaseUri "$($server.http1)v1" -RecordTo $folder/recorded -MaximumRetryCount 0
        Add-JsonReply 200 '{"id":"file-1"}'
        $null = Invoke-OpenAIRequest POST files -InFile $folder/in.txt -Form @{ purpose = 'batch' }
        Disconnect-OpenAI
        $text = Get-Content $folder/recorded/* -Raw
        $text | Should -Match '"bytes": 12'
        $text | Should -Not -Match 'some content'
        Connect-OpenAI -ReplayFrom $folder/recorded
        (Invoke-OpenAIRequest POST files -InFile $folder/in.txt -Form @{ purpose = 'batch' }).id | Should -Be 'file-1'
        { Invoke-OpenAIRequest POST files -InFile $folder/in.txt -Form @{ purpose = 'evals' } } | Should -Throw -ErrorId 'RecordingNotFound,*'
        Remove-Item $folder/recorded -Recurse
    }

    It 'returns the headers of the response' {
        Add-JsonReply 200 '{"id":"x"}' @{ 'x-ratelimit-remaining-tokens' = '7' }
        $null = Invoke-OpenAIRequest GET a -ResponseHeadersVariable headers
        $headers['x-ratelimit-remaining-tokens'] | Should -Be '7'
    }

    It 'refuses text that is not JSON, and says what to do' {
        { Invoke-OpenAIRequest POST a -Body 'plain' } | Should -Throw -ErrorId 'BadArgument,*' -ExpectedMessage '*-ContentType*'
        { Invoke-OpenAIRequest 'G ET' a } | Should -Throw -ErrorId 'BadArgument,*' -ExpectedMessage '*HTTP method*'
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'shows what a server sent without letting it control the terminal' {
        Add-JsonReply 200 '{"id":"x\u001b[31m","list":[{"a":"\u001b[2J"}]}'
        $object = Invoke-OpenAIRequest GET a
        $object.id | Should -Be "x`e[31m"
        $shown = ($object | Out-String) -split '\r?\n' | Where-Object { $_ }
        $shown -join '' | Should -Not -Match "`e"
        $shown[0] | Should -BeLike 'id: x*31m'
        $shown[1] | Should -BeLike 'list: *'
    }

    It 'works with Export-Csv and Format-Table like Invoke-RestMethod' {
        $json = '{"data":[{"id":"a","bytes":1,"purpose":"batch"},{"id":"b","bytes":2,"purpose":"batch"}],"has_more":false}'
        Add-JsonReply 200 $json
        $ours = Invoke-OpenAIRequest GET files -All
        $theirs = ($json | ConvertFrom-Json).data
        $ours | ConvertTo-Csv | Should -Be ($theirs | ConvertTo-Csv)
        ($ours | Format-Table | Out-String) | Should -Be ($theirs | Format-Table | Out-String)
        ($ours | ConvertTo-Json) | Should -Be ($theirs | ConvertTo-Json)
    }
}
