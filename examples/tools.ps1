# Lets the model call a weather function as often as it needs, and shows the answer as it arrives. The key comes from OPENAI_API_KEY.
#   ./tools.ps1 'Where is it warmer today, Oslo or Rome?'
#   ./tools.ps1 'Where is it warmer today, Oslo or Rome?' -Confirm     # asks before each call
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory, Position = 0)]
    [string] $Question
)

Import-Module OpenAIStream

function Get-Temperature {
    <#
    .SYNOPSIS
        The temperature in a city right now.
    .PARAMETER City
        The city's name in English.
    #>
    param(
        [Parameter(Mandatory)] [string] $City,
        [ValidateSet('Celsius', 'Fahrenheit')] [string] $Unit = 'Celsius'
    )

    # A real function would call a weather service. The model gets its errors as text and its output as JSON.
    $stations = @{ Oslo = 4; Rome = 17 }
    if (-not $stations.ContainsKey($City)) {
        throw "There is no station in $City."
    }

    $degrees = $stations[$City]
    if ($Unit -eq 'Fahrenheit') {
        $degrees = $degrees * 9 / 5 + 32
    }

    [pscustomobject]@{ City = $City; Temperature = $degrees; Unit = $Unit }
}

Invoke-OpenAIResponse $Question -Tools Get-Temperature -InvokeTools -Stream | Show-OpenAIStream
