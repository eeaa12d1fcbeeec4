# Calls a deployment on Azure OpenAI with the key in AZURE_OPENAI_API_KEY, or with the account that Connect-AzAccount signed in.
#   ./azure.ps1 'What is a pipeline?' -Endpoint https://name.openai.azure.com -Deployment my-deployment
param(
    [Parameter(Mandatory, Position = 0)]
    [string] $Question,

    [Parameter(Mandatory)]
    [uri] $Endpoint,

    [Parameter(Mandatory)]
    [string] $Deployment
)

Import-Module OpenAIStream

$azure = @{ AzureEndpoint = $Endpoint; Model = $Deployment }
if ($env:AZURE_OPENAI_API_KEY) {
    $azure.ApiKey = $env:AZURE_OPENAI_API_KEY
}
else {
    # Runs now, and again before each token expires.
    $azure.TokenProvider = { Get-AzAccessToken -ResourceUrl https://cognitiveservices.azure.com -AsSecureString }
}

Connect-OpenAI @azure
Invoke-OpenAIChatCompletion $Question -Stream | Show-OpenAIStream
