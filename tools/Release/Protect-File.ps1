<#
.SYNOPSIS
    Signs what is ours in a folder (Authenticode), in place: assemblies, and the files that PowerShell's execution policies
    look at. What others made keeps their signature. It needs osslsigncode 2.8 or later, on any system.
.PARAMETER Certificate
    A PFX file. Its password is in the environment variable CODE_SIGNING_PASSWORD.
.PARAMETER Path
    The folders.
.PARAMETER TimestampServer
    Makes signatures outlive the certificate. Empty for none.
#>
param(
    [Parameter(Mandatory)]
    [string] $Certificate,

    [Parameter(Mandatory)]
    [string[]] $Path,

    [AllowEmptyString()]
    [string] $TimestampServer = 'http://timestamp.digicert.com'
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

if (-not (Get-Command osslsigncode -CommandType Application -ErrorAction Ignore)) {
    throw 'Signing needs osslsigncode 2.8 or later. Install it (on Debian and Ubuntu: apt-get install osslsigncode).'
}

$files = Get-ChildItem $Path -File -Recurse -Include OpenAIStream*.dll, *.psd1, *.ps1xml
if (-not $files) {
    throw "There is nothing to sign in $Path."
}

$password = New-TemporaryFile # which nobody else may read; arguments are seen by all
try {
    Set-Content $password $env:CODE_SIGNING_PASSWORD -NoNewline
    $how = @('-pkcs12', $Certificate, '-readpass', $password, '-h', 'sha256')
    if ($TimestampServer) {
        $how += '-ts', $TimestampServer
    }

    foreach ($file in $files) {
        $said = osslsigncode sign @how -in $file -out "$file.signed" 2>&1
        if ($LASTEXITCODE -ne 0) {
            throw "$($file.Name) could not be signed: $said"
        }

        Move-Item "$file.signed" $file -Force
    }
}
finally {
    Remove-Item $password
}
