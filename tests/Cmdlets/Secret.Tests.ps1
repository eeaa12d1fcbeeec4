BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
}
AfterAll { Stop-TestServer }

# SecretManagement is not required: the test defines its command.
Describe 'Connect-OpenAI -SecretName' {
    BeforeEach {
        Reset-TestServer
        function global:Get-Secret([Parameter(Mandatory)] [string] $Name, [string] $Vault) {
            switch ("$Vault/$Name") {
                '/as-text' { 'key-as-text' }
                '/as-secure' { ConvertTo-SecureString 'key-as-secure' -AsPlainText -Force }
                'mine/as-text' { 'key-of-mine' }
                '/credential' { [pscredential]::new('u', (ConvertTo-SecureString 'key-never-seen' -AsPlainText -Force)) }
                '/two' { 'key-never-seen', 'key-never-seen' }
                '/locked' { throw 'The vault is locked.' }
                '/nothing' { }
                default { Write-Error "The secret $Name was not found." }
            }
        }
    }
    AfterEach { Remove-Item function:global:Get-Secret -ErrorAction Ignore }

    It 'sends the secret <Name> of vault "<Vault>" as the key' -ForEach @(
        @{ Name = 'as-text'; Vault = ''; Key = 'key-as-text' }
        @{ Name = 'as-secure'; Vault = ''; Key = 'key-as-secure' }
        @{ Name = 'as-text'; Vault = 'mine'; Key = 'key-of-mine' }
    ) {
        Add-JsonReply 200 (ConvertTo-Answer 'x')
        $more = if ($Vault) { @{ VaultName = $Vault } } else { @{} }
        (Connect-OpenAI -SecretName $Name @more -BaseUri $server.http1 -PassThru).KeySource | Should -Be '-SecretName'
        $null = Invoke-OpenAICompletion 'hi'
        (Get-SentRequest).headers.Authorization | Should -Be "Bearer $Key"
        $Error | Should -BeNullOrEmpty
    }

    It 'refuses <Name>' -ForEach @(
        @{ Name = 'credential'; Id = 'SecretNotText'; Message = "*'credential' is neither*" }
        @{ Name = 'two'; Id = 'SecretNotText'; Message = "*'two' is neither*" }
        @{ Name = 'nothing'; Id = 'SecretNotFound'; Message = "*'nothing'*" }
        @{ Name = 'unknown'; Id = 'SecretNotFound'; Message = '*The secret unknown was not found.*' }
        @{ Name = 'locked'; Id = 'SecretNotFound'; Message = '*The vault is locked.*' }
    ) {
        { Connect-OpenAI -SecretName $Name -Name new -BaseUri $server.http1 } | Should -Throw $Message -ErrorId "$Id,OpenAIStream.ConnectOpenAICommand"
        Get-OpenAIConnection new -ErrorAction Ignore | Should -BeNullOrEmpty
        $Error | ForEach-Object { $_ | Format-List * -Force; "$($_.Exception)" } | Out-String | Should -Not -Match 'never-seen'
    }
}

Describe 'Without SecretManagement' {
    It 'Connect-OpenAI -SecretName says what to install' {
        $said = Invoke-ChildProcess @'
            $env:PSModulePath = Join-Path $PSHOME Modules
            try { Connect-OpenAI -SecretName key } catch { $_.FullyQualifiedErrorId; $_.Exception.Message }
'@
        $said[0] | Should -Be 'SecretManagementMissing,OpenAIStream.ConnectOpenAICommand'
        $said[1] | Should -BeLike '*Install-Module Microsoft.PowerShell.SecretManagement*'
    }
}
