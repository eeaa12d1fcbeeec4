# Conversations that the service stores.
BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
    $conversation = '{"id":"conv_1","object":"conversation","created_at":1700000000,"metadata":{"topic":"x"}}'
    $page = '{"object":"list","data":[{"id":"msg_1","type":"message","role":"user","status":"completed","content":[{"type":"input_text","text":"hi"}]}],"first_id":"msg_1","last_id":"msg_1","has_more":false}'

    function Get-Sent { @(Get-SentRequest | ForEach-Object { "$($_.method) $($_.path) $($_.body)".TrimEnd() }) }
}
AfterAll { Stop-TestServer }

Describe 'A conversation' {
    BeforeEach { Reset-TestServer }

    It 'begins empty, or with items and metadata' {
        1..2 | ForEach-Object { Add-JsonReply 200 $conversation }
        $made = New-OpenAIConversation
        $made | Should -BeOfType OpenAIStream.Conversation
        $made.Id, $made.Metadata.topic, $made.Created.Year, "$made" | Should -Be 'conv_1', 'x', 2023, 'conv_1'
        $null = New-OpenAIConversation 'hi', (New-OpenAIMessage 'Be brief.' -Role developer) -Metadata @{ topic = 'x' }
        Get-Sent | Should -Be 'POST /v1/conversations {}', 'POST /v1/conversations {"items":[{"role":"user","content":"hi"},{"role":"developer","content":"Be brief."}],"metadata":{"topic":"x"}}'
    }

    It 'is retrieved, changed and removed, by id and through the pipeline' {
        1..4 | ForEach-Object { Add-JsonReply 200 $conversation }
        (Get-OpenAIConversation conv_1).Id | Should -Be 'conv_1'
        Get-OpenAIConversation conv_1 | Set-OpenAIConversation -Metadata @{ topic = 'y' } | Should -BeNullOrEmpty
        (Set-OpenAIConversation conv_1 @{ topic = 'z' } -PassThru).Id | Should -Be 'conv_1'
        Add-JsonReply 200 '{"id":"conv_1","object":"conversation.deleted","deleted":true}'
        Remove-OpenAIConversation conv_1 | Should -BeNullOrEmpty
        Get-Sent | Should -Be @(
            'GET /v1/conversations/conv_1', 'GET /v1/conversations/conv_1', 'POST /v1/conversations/conv_1 {"metadata":{"topic":"y"}}'
            'POST /v1/conversations/conv_1 {"metadata":{"topic":"z"}}', 'DELETE /v1/conversations/conv_1')
    }

    It 'has items, which come in pages and are added to' {
        1..4 | ForEach-Object { Add-JsonReply 200 $page }
        $made = [OpenAIStream.Conversation] $conversation
        $items = $made | Get-OpenAIConversationItem
        $items | Should -BeOfType OpenAIStream.ResponseMessageItem
        "$items" | Should -Be 'hi'
        (Get-OpenAIConversationItem conv_1 -First 1 -Descending).Id | Should -Be 'msg_1'
        'one', 'two' | Add-OpenAIConversationItem $made | Should -BeNullOrEmpty
        (Add-OpenAIConversationItem conv_1 @{ role = 'user'; content = 'three' } -PassThru).Id | Should -Be 'msg_1'
        Get-Sent | Should -Be @(
            'GET /v1/conversations/conv_1/items?limit=100&order=asc', 'GET /v1/conversations/conv_1/items?limit=1&order=desc'
            'POST /v1/conversations/conv_1/items {"items":[{"role":"user","content":"one"},{"role":"user","content":"two"}]}'
            (@(Get-Sent)[3]))
    }

    It 'loses items, by id and by pipeline' {
        Add-JsonReply 200 $page
        1..4 | ForEach-Object { Add-JsonReply 200 $conversation }
        Get-OpenAIConversationItem conv_1 | Remove-OpenAIConversationItem conv_1 | Should -BeNullOrEmpty
        Remove-OpenAIConversationItem ([OpenAIStream.Conversation] $conversation) msg_2, msg_3
        [pscustomobject]@{ ItemId = 'msg_4' } | Remove-OpenAIConversationItem conv_1
        Get-Sent | Select-Object -Skip 1 | Should -Be (1..4 | ForEach-Object { "DELETE /v1/conversations/conv_1/items/msg_$_" })
    }

    It 'loses the other items where one cannot be deleted' {
        Add-JsonReply 404 '{"error":{"message":"No such item."}}'
        Add-JsonReply 200 $conversation
        $items = '{"id":"msg_1","type":"message"}', '{"id":"msg_2","type":"message"}' | ForEach-Object { [OpenAIStream.ResponseItem] $_ }
        $items | Remove-OpenAIConversationItem conv_1 -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.TargetObject | Should -Be 'msg_1'
        $failed[0].ErrorDetails.RecommendedAction | Should -BeLike '*Get-OpenAIConversationItem*'
        @(Get-Sent).Count | Should -Be 2
    }

    It 'takes twenty items at once' {
        1..2 | ForEach-Object { Add-JsonReply 200 $page }
        1..25 | ForEach-Object { "text $_" } | Add-OpenAIConversationItem conv_1
        (Get-SentRequest).Json.items.Count | Should -Be 25
        @(Get-SentRequest).ForEach({ $_.Json.items.Count }) | Should -Be 20, 5
    }

    It 'is what -Conversation specifies: <What>' -ForEach @(
        @{ What = 'its id'; Value = { 'conv_1' } }
        @{ What = 'the conversation'; Value = { [OpenAIStream.Conversation] $conversation } }
        @{ What = 'a hashtable with its id'; Value = { @{ id = 'conv_1' } } }
        @{ What = 'a response of it'; Value = { [OpenAIStream.Response] '{"id":"resp_1","conversation":{"id":"conv_1"}}' } }
        @{ What = 'one from a file'; Value = { [OpenAIStream.Conversation] $conversation | Export-Clixml TestDrive:/c.xml; Import-Clixml TestDrive:/c.xml } }
    ) {
        1..2 | ForEach-Object { Add-JsonReply 200 '{"id":"resp_2","status":"completed","conversation":{"id":"conv_1"},"output":[]}' }
        $response = Invoke-OpenAIResponse hi -Conversation (& $Value)
        $response.Conversation.id | Should -Be 'conv_1'
        (Get-SentRequest).Json.conversation | Should -Be 'conv_1'
    }

    It 'is completed by Tab' {
        Add-JsonReply 200 $conversation
        $null = New-OpenAIConversation 'Plan the week.'
        foreach ($line in 'Get-OpenAIConversation ', 'Invoke-OpenAIResponse hi -Conversation ', 'Add-OpenAIConversationItem conv', 'Get-OpenAIConversationItem ', 'Remove-OpenAIConversationItem ') {
            (TabExpansion2 $line).CompletionMatches.CompletionText | Should -Be 'conv_1' -Because $line
        }
        (TabExpansion2 'Get-OpenAIConversation ').CompletionMatches[0].ToolTip | Should -Be 'Plan the week.'
    }

    It 'refuses <What>' -ForEach @(
        @{ What = 'a response of no conversation'; Call = { Get-OpenAIConversation ([OpenAIStream.Response] '{"id":"resp_1"}') }; Says = '*does not belong to a conversation*' }
        @{ What = 'an id that changes the address'; Call = { Remove-OpenAIConversation '..' }; Says = '*id of a conversation*' }
        @{ What = 'an item without an id'; Call = { [OpenAIStream.ResponseItem] '{"type":"message"}' | ForEach-Object { Remove-OpenAIConversationItem conv_1 $_ } }; Says = '*has no id*' }
        @{ What = 'a conversation in the place of its item'; Call = { Remove-OpenAIConversationItem conv_1 ([OpenAIStream.Conversation] $conversation) }; Says = '*no item of a conversation*' }
        @{ What = 'items that only the service knows'; Call = { New-OpenAIConversation ([OpenAIStream.Response] '{"id":"resp_1","status":"completed"}') }; Says = '*Get-OpenAIResponseInput*' }
    ) {
        $Call | Should -Throw $Says
        Get-SentRequest | Should -BeNullOrEmpty
    }
}
