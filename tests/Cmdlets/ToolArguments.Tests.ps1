# How the model's JSON becomes arguments, and what the model is offered and refused.
BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $null = Start-TestServer

    # A class must be defined before a function that uses it.
    . ([scriptblock]::Create(@'
        enum ToolUnit { Celsius; Fahrenheit }
        class ToolPoint { [int] $X; [int] $Y }
        class ToolLine { [ToolPoint] $From = [ToolPoint]::new(); [ToolPoint[]] $Via; [ToolUnit] $Unit; [ValidateRange(1, 9)] [int] $Width = 1; [Nullable[int]] $Color; hidden [string] $Note; [scriptblock] $Draw; [decimal] $Price }
        class ToolNode { [string] $Name; [ToolNode] $Next; [ToolNode[]] $Children }
        class ToolSecret { [securestring] $Key }
        class ToolBroken : System.Management.Automation.IValidateSetValuesGenerator { [string[]] GetValidValues() { throw 'no list today' } }
        function Use-Line { param([ToolLine] $Line, [ToolPoint[]] $Points, [System.Collections.Generic.List[ToolPoint]] $More) $script:line = $Line; $script:points = $Points; $script:more = $More }
        function Use-Node { param([ToolNode] $Node, [ToolNode] $Other) $script:node = $Node }
        function Use-Broken { param([ValidateSet([ToolBroken])] [string] $City) }
        function Use-Secret { param([ToolSecret] $Secret, [string] $Name) }
'@))

    # The value of a parameter of this type for this JSON from a model; or the error that the model gets.
    function Get-Taken([string] $Declared, [string] $Json) {
        $taken = @{}
        $tool = ConvertTo-OpenAITool ([scriptblock]::Create("param($Declared `$X) `$taken.Value = `$X; `$taken.Bound = `$PSBoundParameters.ContainsKey('X'); 'ran'").GetNewClosure()) -Name tested
        $told = Invoke-TestTool $tool "{`"X`":$Json}"
        if ($told -eq 'ran') { $taken } else { $told }
    }

    function Get-Schema([scriptblock] $Script, [hashtable] $With = @{}) {
        ((ConvertTo-OpenAITool $Script -Name f @With).ToJson() | ConvertFrom-Json -AsHashtable).function.parameters
    }
}
AfterAll { Stop-TestServer }

Describe 'Arguments' {
    BeforeEach { Reset-TestServer }

    It 'arrive as they were sent: <Declared> <Json>' -ForEach @(
        @{ Declared = '[decimal]'; Json = '12345678901234567.89'; Is = { $Value -is [decimal] -and $Value -eq 12345678901234567.89d } }
        @{ Declared = '[decimal]'; Json = '1.10'; Is = { "$Value" -eq '1.10' } }
        @{ Declared = '[decimal]'; Json = '"0.10"'; Is = { "$Value" -eq '0.10' } }
        @{ Declared = '[bigint]'; Json = '123456789012345678901234567890'; Is = { $Value -eq [bigint]::Parse('123456789012345678901234567890') } }
        @{ Declared = '[bigint]'; Json = '1e30'; Is = { $Value -eq [bigint]::Pow(10, 30) } }
        @{ Declared = '[ulong]'; Json = '18446744073709551615'; Is = { $Value -is [ulong] -and $Value -eq [ulong]::MaxValue } }
        @{ Declared = '[long]'; Json = '9007199254740993'; Is = { $Value -eq 9007199254740993 } }
        @{ Declared = '[int]'; Json = '3.0'; Is = { $Value -eq 3 } }
        @{ Declared = '[int]'; Json = '"7"'; Is = { $Value -eq 7 } }
        @{ Declared = '[double]'; Json = '0.1'; Is = { $Value -eq 0.1 } }
        @{ Declared = '[string]'; Json = '1.10'; Is = { $Value -ceq '1.10' } }
        @{ Declared = '[string]'; Json = 'true'; Is = { $Value -ceq 'true' } }
        @{ Declared = '[version]'; Json = '1.10'; Is = { $Value -eq [version] '1.10' } }
        @{ Declared = '[bool]'; Json = '"false"'; Is = { $Value -is [bool] -and -not $Value } }
        @{ Declared = '[switch]'; Json = 'true'; Is = { $Value.IsPresent } }
        @{ Declared = '[datetimeoffset]'; Json = '"2024-05-01T10:00:00+02:00"'; Is = { $Value.ToString('o') -eq '2024-05-01T10:00:00.0000000+02:00' } }
        @{ Declared = '[decimal[]]'; Json = '[1.10,12345678901234567.89]'; Is = { "$($Value[0]) $($Value[1])" -eq '1.10 12345678901234567.89' } }
        @{ Declared = '[Nullable[int][]]'; Json = '[1,null]'; Is = { $Value.Count -eq 2 -and $null -eq $Value[1] } }
        @{ Declared = '[string[]]'; Json = '"one"'; Is = { $Value -is [string[]] -and $Value.Count -eq 1 } }
        @{ Declared = '[Collections.Generic.List[ulong]]'; Json = '[18446744073709551615]'; Is = { $Value[0] -eq [ulong]::MaxValue } }
        @{ Declared = '[Collections.Generic.HashSet[string]]'; Json = '["a","b"]'; Is = { $Value.Count -eq 2 } }
        @{ Declared = '[Collections.Generic.Dictionary[string, decimal]]'; Json = '{"b":1.10,"a":2}'; Is = { "$($Value['b']) $($Value.Keys)" -eq '1.10 b a' } }
        @{ Declared = '[Collections.Generic.IDictionary[string, int]]'; Json = '{"b":1}'; Is = { $Value['b'] -eq 1 } }
        @{ Declared = '[IO.FileAttributes]'; Json = '["Hidden","System"]'; Is = { $Value -eq [IO.FileAttributes] 'Hidden, System' } }
        @{ Declared = '[DayOfWeek]'; Json = '"monday"'; Is = { $Value -eq 'Monday' } }
        @{ Declared = ''; Json = '{"z":1,"a":null,"m":[null,{"y":2,"b":3}]}'; Is = { ($Value | ConvertTo-Json -Depth 5 -Compress) -ceq '{"z":1,"a":null,"m":[null,{"y":2,"b":3}]}' } }
        @{ Declared = ''; Json = '{"Key":1}'; Is = { $Value.key -eq 1 } }
        @{ Declared = ''; Json = '{"a":1,"A":2}'; Is = { $Value['a'] -eq 1 -and $Value['A'] -eq 2 } }
        @{ Declared = ''; Json = '123456789012345678901234567890'; Is = { $Value -is [bigint] } }
        @{ Declared = ''; Json = '12345678901234567.89'; Is = { $Value -is [decimal] } }
        @{ Declared = ''; Json = '0.1'; Is = { $Value -is [double] } }
        @{ Declared = '[hashtable]'; Json = '{"a":{"z":1,"b":null},"n":null}'; Is = { $Value.ContainsKey('n') -and $Value.A.Keys -join '' -eq 'zb' } }
        @{ Declared = '[hashtable]'; Json = '{"a":1,"A":2}'; Is = { $Value.Count -eq 2 } }
        @{ Declared = '[ordered]'; Json = '{"z":1,"a":2}'; Is = { $Value.Keys -join '' -eq 'za' } }
        @{ Declared = '[Collections.IDictionary]'; Json = '{"z":1,"a":2}'; Is = { $Value.Keys -join '' -eq 'za' } }
        @{ Declared = '[pscustomobject]'; Json = '{"z":{"q":1.5},"a":null}'; Is = { $Value.PSObject.Properties.Name -join '' -eq 'za' -and $Value.z.q -eq 1.5 -and $null -eq $Value.a } }
        @{ Declared = '[pscustomobject]'; Json = '{"a":1,"A":2}'; Is = { $Value['a'] -eq 1 -and $Value['A'] -eq 2 } }
        @{ Declared = '[AllowNull()] [string[]]'; Json = 'null'; Is = { $Bound } }
        @{ Declared = '[Parameter(Mandatory)] [AllowNull()]'; Json = 'null'; Is = { $Bound -and $null -eq $Value } }
        @{ Declared = '[string]'; Json = 'null'; Is = { -not $Bound } }
        @{ Declared = '[string]'; Json = '"half \ud83d"'; Is = { $Value -ceq "half $([char] 0xd83d)" } }
        @{ Declared = '[xml]'; Json = '"<a/>"'; Is = { $Value.a -is [string] } }
    ) {
        $was = Get-Taken $Declared.Replace('[ordered]', '[Collections.Specialized.OrderedDictionary]') $Json
        $was | Should -BeOfType hashtable
        $Value, $Bound = $was.Value, $was.Bound
        & $Is | Should -BeTrue -Because "it was [$(if ($null -ne $Value) { $Value.GetType() })] $Value"
        $Error | Should -BeNullOrEmpty
    }

    It 'are refused before anything runs: <Declared> <Json>' -ForEach @(
        @{ Declared = '[int]'; Json = '2.7'; Says = "*'X'*whole number*2.7*" }
        @{ Declared = '[int]'; Json = '"2.7"'; Says = "*'X'*whole number*2.7*" }
        @{ Declared = '[int]'; Json = '""'; Says = "*'X'*a number, not ''*" }
        @{ Declared = '[byte]'; Json = '300'; Says = "*'X'*Byte*300*" }
        @{ Declared = '[bigint]'; Json = '1e999999999'; Says = "*'X'*1e999999999*" }
        @{ Declared = '[decimal]'; Json = '1e300'; Says = "*'X'*Decimal*1e300*" }
        @{ Declared = '[bool]'; Json = '"no"'; Says = "*'X'*true or false*" }
        @{ Declared = '[bool[]]'; Json = '["no"]'; Says = "*item 0*'X'*true or false*" }
        @{ Declared = '[string]'; Json = '{"a":1}'; Says = "*'X'*object*" }
        @{ Declared = '[string]'; Json = '["a"]'; Says = "*'X'*list*" }
        @{ Declared = '[int[]]'; Json = '[1,null]'; Says = "*item 1*'X'*null*" }
        @{ Declared = '[int[]]'; Json = '[1,"x"]'; Says = "*item 1*'X'*x*" }
        @{ Declared = '[datetime]'; Json = '1714521600'; Says = "*'X'*time as text*" }
        @{ Declared = '[timespan]'; Json = '5'; Says = "*'X'*time as text*" }
        @{ Declared = '[DayOfWeek]'; Json = '"Someday"'; Says = "*'X'*Someday*" }
        @{ Declared = '[IO.FileAttributes]'; Json = '["Odd"]'; Says = "*'X'*Odd*" }
    ) {
        Get-Taken $Declared $Json | Should -BeLike "Error: $Says"
    }

    It 'can be an object instead of its text' {
        $tool = ConvertTo-OpenAITool { param([string] $City, [hashtable] $More) $script:taken = "$City $($More.a)"; 'ran' } -Name tested
        Invoke-TestTool $tool @{ City = 'Oslo'; More = @{ a = 3 } } | Should -Be 'ran'
        $taken | Should -Be 'Oslo 3'
        Add-JsonReply 200 '{"id":"r1","status":"completed","output":[{"type":"function_call","call_id":"c","name":"tested","arguments":{"City":"Rome"}}]}'
        Add-JsonReply 200 '{"id":"r2","status":"completed","output":[]}'
        $null = Invoke-OpenAIResponse hi -Tools $tool -InvokeTools
        $taken | Should -Be 'Rome '
        Add-StreamReply '{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"tested","arguments":{"City":"Bern","More":{"a":1}}}}]},"finish_reason":"tool_calls"}]}'
        Add-StreamReply (ConvertTo-Chunk done -FinishReason stop)
        $null = Invoke-OpenAIChatCompletion hi -Tools $tool -InvokeTools -Stream
        $taken | Should -Be 'Bern 1'
    }

    It 'that are null omit a parameter if -Strict makes the model specify them all' {
        $script:bound = $null
        $tool = ConvertTo-OpenAITool { param([Parameter(Mandatory)] [AllowNull()] [string[]] $Must, [Nullable[int]] $Count, [string] $Name) $script:bound = $PSBoundParameters.Keys -join ','; 'ran' } -Name tested -Strict
        Invoke-TestTool $tool '{"Must":null,"Count":null,"Name":null}' | Should -Be 'ran'
        $bound | Should -Be 'Must'
    }
}

Describe 'PowerShell classes' {
    BeforeEach { Reset-TestServer }

    It 'are described by their properties' {
        $properties = ((ConvertTo-OpenAITool Use-Line).ToJson() | ConvertFrom-Json -AsHashtable).function.parameters.properties
        $line = $properties.Line
        $line.type | Should -Be 'object'
        $line.additionalProperties | Should -BeFalse
        $line.properties.Keys | Should -Be 'From', 'Via', 'Unit', 'Width', 'Color', 'Price' -Because 'a hidden property and code are nothing for a model'
        $line.properties.From.properties.X.type | Should -Be 'integer'
        $line.properties.Via.items.properties.Y.type | Should -Be 'integer'
        $line.properties.Unit.enum | Should -Be 'Celsius', 'Fahrenheit'
        $line.properties.Width.maximum | Should -Be 9
        $line.properties.Color.type | Should -Be 'integer', 'null'
        $properties.Points.items.properties.Keys | Should -Be 'X', 'Y'
        $properties.More.items.properties.Keys | Should -Be 'X', 'Y'
    }

    It 'are described once if they refer to themselves' {
        $json = (ConvertTo-OpenAITool Use-Node).ToJson()
        $schema = ($json | ConvertFrom-Json -AsHashtable).function.parameters
        Test-Json -Json '{"Node":{"Name":"a","Next":{"Name":"b"},"Children":[{"Name":"c"}]}}' -Schema ($schema | ConvertTo-Json -Depth 20) | Should -BeTrue
        $schema.properties.Node.'$ref' | Should -Be '#/$defs/ToolNode'
        $schema.properties.Other.'$ref' | Should -Be '#/$defs/ToolNode'
        $schema.'$defs'.ToolNode.properties.Children.items.'$ref' | Should -Be '#/$defs/ToolNode'
    }

    It 'are described completely with -Strict' {
        $schema = ((ConvertTo-OpenAITool Use-Line -Strict).ToJson() | ConvertFrom-Json -AsHashtable).function.parameters
        $schema.properties.Line.required | Should -Be 'From', 'Via', 'Unit', 'Width', 'Color', 'Price'
        $schema.properties.Line.properties.Width.type | Should -Be 'integer', 'null'
        $node = ((ConvertTo-OpenAITool Use-Node -Strict).ToJson() | ConvertFrom-Json -AsHashtable).function.parameters
        $node.properties.Node.anyOf.Count | Should -Be 2
    }

    It 'are created from the arguments of the model' {
        $script:line = $script:points = $script:more = $null
        Invoke-TestTool (Get-Command Use-Line) '{"Line":{"From":{"X":1,"y":2},"Via":[{"X":3},{"X":4}],"Unit":"fahrenheit","Price":12345678901234567.89,"Color":null,"Width":null},"Points":[{"X":5}],"More":[{"X":6}]}' | Should -Be '(no output)'
        $line.GetType().Name | Should -Be 'ToolLine'
        "$($line.From.X) $($line.From.Y) $($line.Via.X) $($line.Unit) $($line.Price) $($line.Width)" | Should -Be '1 2 3 4 Fahrenheit 12345678901234567.89 1'
        $points[0].X, $more[0].X | Should -Be 5, 6
        $script:node = $null
        $null = Invoke-TestTool (Get-Command Use-Node) '{"Node":{"Name":"a","Next":{"Name":"b"},"Children":[{"Name":"c"}]}}'
        "$($node.Name) $($node.Next.Name) $($node.Children[0].Name)" | Should -Be 'a b c'
        $Error | Should -BeNullOrEmpty
    }

    It 'report to the model what is wrong: <Json>' -ForEach @(
        @{ Json = '{"Line":{"From":{"Z":1}}}'; Says = "*'From'*'Line'*no property 'Z'*X, Y*" }
        @{ Json = '{"Line":{"Width":10}}'; Says = "*'Width'*'Line'*10*" }
        @{ Json = '{"Line":{"Width":1,"width":2}}'; Says = "*'Width'*specified twice*" }
        @{ Json = '{"Line":{"Unit":"Kelvin"}}'; Says = "*'Unit'*Kelvin*" }
        @{ Json = '{"Line":{"From":{"X":"east"}}}'; Says = "*'X'*'From'*east*" }
        @{ Json = '{"Line":{"Draw":"{ exit }"}}'; Says = "*no property 'Draw'*" }
        @{ Json = '{"Points":[{"X":1},7]}'; Says = "*item 1*'Points'*" }
    ) {
        Invoke-TestTool (Get-Command Use-Line) $Json | Should -BeLike "Error: $Says"
    }
}

Describe 'What a model is offered' {
    BeforeEach { Reset-TestServer }

    It 'is not <Declared>, which cannot be created from JSON' -ForEach @(
        @{ Declared = '[IO.Stream]' }, @{ Declared = '[Diagnostics.Process[]]' }, @{ Declared = '[Action]' }, @{ Declared = '[int[,]]' }, @{ Declared = '[Xml.XmlElement]' }
        @{ Declared = '[Management.Automation.Runspaces.Runspace]' }, @{ Declared = '[Text.Encoding]' }, @{ Declared = '[Linq.IQueryable]' }
        @{ Declared = '[pscredential]' }, @{ Declared = '[securestring]' }, @{ Declared = '[scriptblock]' }, @{ Declared = '[ref]' }
        @{ Declared = '[pscredential[]]' }, @{ Declared = '[Collections.Generic.List[securestring]]' }, @{ Declared = '[Collections.Generic.Dictionary[string, scriptblock]]' }
        @{ Declared = '[Management.Automation.Credential()]' }, @{ Declared = '[ToolSecret]' }
    ) {
        $command = [scriptblock]::Create("param($Declared `$X, [string] `$Name)")
        if ($Declared -eq '[ToolSecret]') { $command = Get-Command Use-Secret; $with = @{} } else { $with = @{ Name = 'f' } }
        (ConvertTo-OpenAITool $command @with).Function.Parameters['properties'].GetFieldNames() | Should -Be 'Name'
        $refused = if ($Declared -eq '[ToolSecret]') { 'Secret' } else { 'X' }
        { ConvertTo-OpenAITool $command @with -ParameterName $refused -ErrorAction Stop } | Should -Throw -ExpectedMessage "*'$refused'*function that supplies it*"
    }

    It 'is what PowerShell creates from JSON: <Declared>' -ForEach @(
        @{ Declared = '[timespan]'; Type = 'string' }, @{ Declared = '[ipaddress]'; Type = 'string' }, @{ Declared = '[IO.FileInfo]'; Type = 'string' }, @{ Declared = '[cultureinfo]'; Type = 'string' }
        @{ Declared = '[regex]'; Type = 'string' }, @{ Declared = '[xml]'; Type = 'string' }, @{ Declared = '[type]'; Type = 'string' }, @{ Declared = '[char]'; Type = 'string' }
        @{ Declared = '[Collections.Generic.IReadOnlyList[int]]'; Type = 'array' }, @{ Declared = '[Collections.Generic.HashSet[int]]'; Type = 'array' }
        @{ Declared = '[Collections.Generic.Dictionary[string, int]]'; Type = 'object' }, @{ Declared = '[Collections.IDictionary]'; Type = 'object' }
    ) {
        (Get-Schema ([scriptblock]::Create("param($Declared `$X)"))).properties.X.type | Should -Be $Type
    }

    It 'has no parameter of a set that cannot be called, and the others are mandatory accordingly' {
        $schema = Get-Schema {
            [CmdletBinding(DefaultParameterSetName = 'name')]
            param([Parameter(Mandatory, ParameterSetName = 'name')] [string] $Name, [Parameter(Mandatory, ParameterSetName = 'object')] [Diagnostics.Process] $Process, [Parameter(ParameterSetName = 'object')] [switch] $Whole, [int] $Count)
        }
        $schema.properties.Keys | Should -Be 'Name', 'Count'
        $schema.required | Should -Be 'Name'
    }

    It 'is not a command that needs what a model cannot supply' {
        function Connect-Thing { param([Parameter(Mandatory)] [pscredential] $Credential) }
        { ConvertTo-OpenAITool Connect-Thing -ErrorAction Stop } | Should -Throw -ExpectedMessage "*'Connect-Thing' cannot be a tool*'Credential'*Wrap it in a function*"
        { Invoke-OpenAIChatCompletion hi -Tools Connect-Thing } | Should -Throw -ExpectedMessage "*'Connect-Thing' cannot be a tool*'Credential'*"
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'names the parameter whose allowed values cannot be read' {
        { ConvertTo-OpenAITool Use-Broken -ErrorAction Stop } | Should -Throw -ExpectedMessage "*parameter 'City'*no list today*"
        { Invoke-OpenAIChatCompletion hi -Tools Use-Broken } | Should -Throw -ExpectedMessage "*parameter 'City'*no list today*"
    }
}

Describe 'A forbidden argument of a model' {
    BeforeEach { Reset-TestServer }

    It 'is refused: <Declared>' -ForEach @(
        @{ Declared = '[pscredential]' }, @{ Declared = '[Management.Automation.Credential()]' }, @{ Declared = '[securestring]' }, @{ Declared = '[scriptblock[]]' }, @{ Declared = '[ref]' }
    ) {
        $script:ran = $false
        $tool = ConvertTo-OpenAITool ([scriptblock]::Create("param($Declared `$X, [string] `$Name) `$script:ran = `$true")) -Name f
        Invoke-TestTool $tool '{"X":"admin"}' | Should -BeLike "Error: There is no parameter 'X'*"
        $tool.Function.Parameters['properties']['X'] = [OpenAIStream.JsonMap]::new()
        Invoke-TestTool $tool '{"X":"admin"}' | Should -BeLike "Error: *'X'*cannot be supplied*" -Because 'an edited schema opens no door'
        $ran | Should -BeFalse
    }

    It 'never makes PowerShell prompt: <What>' -ForEach @(
        @{ What = 'a mandatory parameter'; Body = 'param([Parameter(Mandatory)] [string] $A)'; Json = '{}'; Says = 'Error: Missing: A.' }
        @{ What = 'a mandatory parameter that is null'; Body = 'param([Parameter(Mandatory)] [string] $A)'; Json = '{"A":null}'; Says = 'Error: Missing: A.' }
        @{ What = 'one that no model can give'; Json = '{"Count":1}'; Says = 'Error: Missing: Name.'; Body = @'
            [CmdletBinding(DefaultParameterSetName = 'object')]
            param([Parameter(Mandatory, ParameterSetName = 'object')] [Diagnostics.Process] $Process, [Parameter(Mandatory, ParameterSetName = 'name')] [string] $Name, [int] $Count)
'@ }
        @{ What = 'one of a set that is not meant'; Json = '{}'; Says = 'Error: Missing: Name or All.'; Body = @'
            [CmdletBinding(DefaultParameterSetName = 'object')]
            param([Parameter(Mandatory, ParameterSetName = 'object')] [Diagnostics.Process] $Process, [Parameter(ParameterSetName = 'name')] [string] $Name, [Parameter(ParameterSetName = 'name')] [switch] $All, [int] $Count)
'@ }
        @{ What = 'one that only other arguments bring'; Json = '{"Kind":"a"}'; Says = 'Error: Missing: Extra.'; Body = @'
            [CmdletBinding()] param([string] $Kind)
            dynamicparam {
                $all = [Management.Automation.RuntimeDefinedParameterDictionary]::new()
                if ($Kind -eq 'a') { $all.Add('Extra', [Management.Automation.RuntimeDefinedParameter]::new('Extra', [string], [Attribute[]] [Parameter]@{ Mandatory = $true })) }
                $all
            }
            process { "ran $Kind" }
'@ }
    ) {
        $script = "
            Connect-OpenAI -BaseUri '$((Get-OpenAIConnection Default).BaseUri)' -MaximumRetryCount 0
            `$tool = ConvertTo-OpenAITool { $Body } -Name f
            `$null = Invoke-OpenAIChatCompletion hi -Tools `$tool -InvokeTools"
        $call = @{ id = 'call_1'; type = 'function'; function = @{ name = 'f'; arguments = $Json } }
        Add-JsonReply 200 (@{ choices = @(@{ index = 0; message = @{ role = 'assistant'; tool_calls = @($call) }; finish_reason = 'tool_calls' }) } | ConvertTo-Json -Depth 9)
        Add-JsonReply 200 (ConvertTo-Answer 'done')
        Invoke-ChildProcess $script | Should -BeNullOrEmpty # it cannot prompt anybody
        @(@(Get-SentRequest)[-1].Json.messages | Where-Object role -EQ tool)[0].content | Should -BeExactly $Says
    }
}

Describe 'The description of compiled cmdlets' {
    It 'is that of their help' {
        $tool = ConvertTo-OpenAITool Get-OpenAIModel
        $tool.Description | Should -BeLike "$((Get-Help Get-OpenAIModel).Synopsis)*"
        $tool.Description.Length | Should -BeLessOrEqual 1024 -Because 'that is as much as services take'
        $tool.Function.Parameters['properties']['Name']['description'] | Should -Be "$((Get-Help Get-OpenAIModel -Parameter Name).description[0].Text)"
    }

    It 'is omitted if no help is installed, and HelpMessage is used' {
        if (-not ('ToolHelpTest.GetBareThing' -as [type])) {
            Add-Type -PassThru @'
using System.Management.Automation;
namespace ToolHelpTest { [Cmdlet("Get", "BareThing")] public class GetBareThing : PSCmdlet { [Parameter(HelpMessage = "Which.")] public string Name { get; set; } } }
'@ | ForEach-Object Assembly | Import-Module
        }
        $tool = ConvertTo-OpenAITool Get-BareThing
        $tool.Description | Should -BeNullOrEmpty -Because 'the syntax that Get-Help makes up says nothing that the schema does not'
        $tool.Function.Parameters['properties']['Name']['description'] | Should -Be 'Which.'
    }

    It 'is shortened to the limit of services' {
        function Get-Long {
            <#
            .SYNOPSIS
            Short.
            .DESCRIPTION
            PLACE
            #>
            param()
        }
        $text = "function Get-Long { $((Get-Command Get-Long).Definition.Replace('PLACE', 'One sentence of many. ' * 100)) }"
        . ([scriptblock]::Create($text))
        $description = (ConvertTo-OpenAITool Get-Long).Description
        $description.Length | Should -BeLessOrEqual 1024
        $description | Should -BeLike 'Short.*many …'
    }
}

Describe 'A value that contains itself' {
    It 'is an error in every parameter that accepts one, and the process continues' {
        $calls = @(
            'Invoke-OpenAIChatCompletion $it'
            'Invoke-OpenAIChatCompletion hi -History $it'
            'Invoke-OpenAIChatCompletion hi -Tools $it'
            'Invoke-OpenAIChatCompletion hi -Tools Get-Date -ToolChoice $it'
            'Invoke-OpenAIChatCompletion $list'
            'Invoke-OpenAIChatCompletion hi -History $list'
            'Invoke-OpenAIResponse $list'
            'Invoke-OpenAICompletion $list'
            'Invoke-OpenAISpeech $list -Stream'
            'Invoke-OpenAIImage -Prompt $list'
            ', $list | Invoke-OpenAIChatCompletion -ErrorAction Stop'
            ', $list | Invoke-OpenAIResponse -ErrorAction Stop'
            'Invoke-OpenAIThreadRun asst_1 $list'
            'Invoke-OpenAIChatCompletion hi -ResponseFormat $table'
            'Invoke-OpenAIChatCompletion hi -JsonSchema $it'
            'Invoke-OpenAIChatCompletion hi -AdditionalBody $table'
            'Invoke-OpenAIChatCompletion hi -AdditionalBody @{ x = $map }'
            'Invoke-OpenAIChatCompletion hi -AdditionalHeaders $table'
            'Invoke-OpenAIChatCompletion hi -AdditionalQuery $table'
            'Invoke-OpenAIResponse $it'
            'Invoke-OpenAIResponse hi -Metadata $table'
            'Invoke-OpenAIThreadRun asst_1 $it'
            'Invoke-OpenAIThreadRun asst_1 -Metadata $table'
            'Connect-OpenAI -Headers $table'
            'ConvertTo-OpenAITool $it -ErrorAction Stop'
        )
        $script = @'
            Connect-OpenAI -BaseUri http://127.0.0.1:1/v1 -MaximumRetryCount 0
            $table = @{ role = 'user'; content = 'x'; type = 'function' }
            $table.list = @(@{ back = $table })
            $object = [pscustomobject]@{ role = 'user'; type = 'function'; child = $null }
            $object.child = [pscustomobject]@{ parent = $object }
            $list = [Collections.ArrayList]::new()
            $null = $list.Add('x') + $list.Add($list)
            $map = [OpenAIStream.JsonMap]::new()
            $map['x'] = $map
            foreach ($it in $table, $object) { foreach ($call in CALLS) { try { $null = . ([scriptblock]::Create($call)); "$call`tno error" } catch { "$call`t$($_.Exception.Message)" } } }
            'the end'
'@.Replace('CALLS', "'$($calls -join "','")'")
        $told = Invoke-ChildProcess $script
        $told[-1] | Should -Be 'the end' -Because "the process went on; the last it said was $($told[-1])"
        $told | Should -HaveCount (2 * $calls.Count + 1)
        $told | Select-Object -SkipLast 1 | Where-Object { $_ -notlike '*contains itself*' -and $_ -notmatch '-(AdditionalHeaders|AdditionalQuery|Headers) has a .*Only text' } | Should -BeNullOrEmpty
    }

    It 'can be sent to a model, with a mark where it was cut' {
        Reset-TestServer
        Add-JsonReply 200 '{"id":"run_1"}'
        $table = @{ a = 1 }
        $table.self = $table
        $null = Invoke-OpenAIThreadRun -ThreadId t -RunId r -ToolOutput @{ call_1 = $table }
        (Get-SentRequest).Json.tool_outputs[0].output | Should -BeLike '*cut: refers back*'
    }

    It 'names the parameter' -ForEach @(
        @{ Call = { Invoke-OpenAIChatCompletion hi -AdditionalBody $table } ; Name = 'AdditionalBody' }
        @{ Call = { Invoke-OpenAIResponse hi -Metadata $table } ; Name = 'Metadata' }
        @{ Call = { Invoke-OpenAIChatCompletion hi -History $table } ; Name = 'History' }
    ) {
        $table = @{ a = 1 }
        $table.self = $table
        $Call | Should -Throw -ExpectedMessage "*$Name*contains itself*"
    }
}
