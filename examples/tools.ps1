# Lets the model ask for the weather as often as it needs, and shows its answer as it arrives. The key comes from OPENAI_API_KEY.
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

    # A real one would ask a weather service. Objects go to the model as JSON.
    $celsius = @{ Oslo = 4; Rome = 17 }[$City] ?? $(throw "No station in $City.")
    [pscustomobject]@{ City = $City; Temperature = $Unit -eq 'Celsius' ? $celsius : $celsius * 9 / 5 + 32; Unit = $Unit }
}

Invoke-OpenAIChatCompletion $Question -Tools Get-Temperature -InvokeTools -Stream | Show-OpenAIStream
