BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    Import-BuiltModule

    function Get-Weather {
        <#
        .SYNOPSIS
            The weather of a city.
        .DESCRIPTION
            Today and the days after.
        .PARAMETER City
            The city's name.
        #>
        [CmdletBinding(SupportsShouldProcess)]
        param(
            [Parameter(Mandatory, HelpMessage = 'not used: help says more')] [ValidateLength(1, 50)] [string] $City,
            [Parameter(HelpMessage = 'How many days.')] [ValidateRange(1, 7)] [int] $Days = 1,
            [ValidateSet('C', 'F')] [string] $Unit = 'C',
            [switch] $Full
        )
        "$City $Days $Unit $Full"
    }

    # The schema of the only parameter of a function.
    function Get-Schema([scriptblock] $Script) {
        (ConvertTo-OpenAITool $Script -Name f).ToJson() | ConvertFrom-Json -AsHashtable |
            ForEach-Object { $_.function.parameters.properties.X }
    }
}

Describe 'ConvertTo-OpenAITool' {
    BeforeEach { $Error.Clear() }

    It 'describes a function' {
        $tool = ConvertTo-OpenAITool Get-Weather
        $tool | Should -BeOfType OpenAIStream.ChatTool
        $tool.Name | Should -Be 'Get-Weather'
        $tool.Description | Should -Be "The weather of a city.`n`nToday and the days after."
        $tool.ToJson() | Should -BeExactly (-join @(
                '{"type":"function","function":{"name":"Get-Weather","description":"The weather of a city.\n\nToday and the days after.",'
                '"parameters":{"type":"object","properties":{'
                '"City":{"type":"string","minLength":1,"maxLength":50,"description":"The city''s name."},'
                '"Days":{"type":"integer","minimum":1,"maximum":7,"description":"How many days."},'
                '"Unit":{"type":"string","enum":["C","F"]},'
                '"Full":{"type":"boolean"}},"required":["City"],"additionalProperties":false}}}'))
        $Error | Should -BeNullOrEmpty
    }

    It 'remembers the command, and does not send it' {
        (ConvertTo-OpenAITool Get-Weather).Command.Name | Should -Be 'Get-Weather'
        (ConvertTo-OpenAITool Get-Weather).GetFieldNames() | Should -Be 'type', 'function'
    }

    It 'takes <What>' -ForEach @(
        @{ What = 'a command'; Given = { Get-Command Get-Weather }; Name = 'Get-Weather' }
        @{ What = 'a cmdlet'; Given = { 'Get-Random' }; Name = 'Get-Random' }
        @{ What = 'an alias'; Given = { Set-Alias gw Get-Weather -Scope Script; 'gw' }; Name = 'Get-Weather' }
        @{ What = 'a script'; Given = { Set-Content TestDrive:/my.tool.ps1 'param([int] $X) $X'; (Get-Item TestDrive:/my.tool.ps1).FullName }; Name = 'my_tool' }
    ) {
        (ConvertTo-OpenAITool (& $Given)).Name | Should -Be $Name
    }

    It 'takes commands from the pipeline' {
        (Get-Command Get-Weather, Get-Random | ConvertTo-OpenAITool).Name | Should -Be 'Get-Weather', 'Get-Random'
    }

    It 'accepts a script block with a name, and leaves no function behind' {
        $tool = ConvertTo-OpenAITool { param([Parameter(Mandatory)] [int] $A) $A } -Name add -Description 'Adds.'
        $tool.Name, $tool.Description | Should -Be 'add', 'Adds.'
        $tool.ToJson() | Should -BeLike '*"A":{"type":"integer"}},"required":?"A"?*'
        Get-ChildItem function:*OpenAIStream* | Should -BeNullOrEmpty
    }

    It 'knows the type <Type>' -ForEach @(
        @{ Type = '[string]'; Json = @{ type = 'string' } }
        @{ Type = '[bool]'; Json = @{ type = 'boolean' } }
        @{ Type = '[switch]'; Json = @{ type = 'boolean' } }
        @{ Type = '[long]'; Json = @{ type = 'integer' } }
        @{ Type = '[decimal]'; Json = @{ type = 'number' } }
        @{ Type = '[datetime]'; Json = @{ type = 'string'; format = 'date-time' } }
        @{ Type = '[guid]'; Json = @{ type = 'string'; format = 'uuid' } }
        @{ Type = '[timespan]'; Json = @{ type = 'string' } }
        @{ Type = '[IO.SeekOrigin]'; Json = @{ type = 'string'; enum = 'Begin', 'Current', 'End' } }
        @{ Type = '[Nullable[int]]'; Json = @{ type = 'integer', 'null' } }
        @{ Type = '[AllowNull()] [string]'; Json = @{ type = 'string', 'null' } }
        @{ Type = '[string[]]'; Json = @{ type = 'array'; items = @{ type = 'string' } } }
        @{ Type = '[Collections.Generic.List[double]]'; Json = @{ type = 'array'; items = @{ type = 'number' } } }
        @{ Type = '[array]'; Json = @{ type = 'array'; items = @{} } }
        @{ Type = '[hashtable]'; Json = @{ type = 'object' } }
        @{ Type = '[pscustomobject]'; Json = @{ type = 'object' } }
        @{ Type = ''; Json = @{} }
        @{ Type = '[ValidateSet(1, 2)] [int]'; Json = @{ type = 'integer'; enum = 1, 2 } }
        @{ Type = "[ValidateSet('true')] [switch]"; Json = @{ type = 'boolean'; enum = , $true } }
        @{ Type = "[ValidateSet('a', 'b')] [string[]]"; Json = @{ type = 'array'; items = @{ type = 'string'; enum = 'a', 'b' } } }
        @{ Type = '[ValidateRange(0.5, 1.5)] [double]'; Json = @{ type = 'number'; minimum = 0.5; maximum = 1.5 } }
        @{ Type = "[ValidateRange('Positive')] [int]"; Json = @{ type = 'integer'; exclusiveMinimum = 0 } }
        @{ Type = '[ValidateCount(1, 3)] [string[]]'; Json = @{ type = 'array'; items = @{ type = 'string' }; minItems = 1; maxItems = 3 } }
        @{ Type = '[ValidateNotNullOrEmpty()] [string]'; Json = @{ type = 'string'; minLength = 1 } }
        @{ Type = "[ValidatePattern('^\d+$')] [string]"; Json = @{ type = 'string'; pattern = '^\d+$' } }
        @{ Type = "[ValidatePattern('^[a-z]+$', Options = 'None')] [string]"; Json = @{ type = 'string'; pattern = '^[a-z]+$' } }
        @{ Type = "[ValidatePattern('^[a-z]+$')] [string]"; Json = @{ type = 'string'; description = 'It matches the regular expression ^[a-z]+$, ignoring case.' } }
    ) {
        $schema = Get-Schema ([scriptblock]::Create("param($Type `$X)"))
        # Order does not matter in JSON objects.
        function Sort-Key($Value) {
            if ($Value -is [Collections.IDictionary]) { $sorted = [ordered]@{}; $Value.Keys | Sort-Object | ForEach-Object { $sorted[$_] = Sort-Key $Value[$_] }; return $sorted }
            , $Value
        }
        Sort-Key $schema | ConvertTo-Json -Compress -Depth 5 | Should -BeExactly (Sort-Key $Json | ConvertTo-Json -Compress -Depth 5)
    }

    It 'requires what is mandatory in every parameter set' {
        $tool = ConvertTo-OpenAITool -Name f {
            param([Parameter(Mandatory, ParameterSetName = 'a')] $A, [Parameter(Mandatory, ParameterSetName = 'b')] $B,
                [Parameter(Mandatory, ParameterSetName = 'a')] [Parameter(Mandatory, ParameterSetName = 'b')] $Both, [Parameter(Mandatory)] $Always)
        }
        $tool.Function.Parameters['required'] | Should -Be 'Both', 'Always'
    }

    It 'omits common and hidden parameters' {
        $tool = ConvertTo-OpenAITool -Name f { [CmdletBinding(SupportsShouldProcess)] param($X, [Parameter(DontShow)] $Inner) }
        $tool.Function.Parameters['properties'].GetFieldNames() | Should -Be 'X'
    }

    It 'includes only the chosen parameters, in their order' {
        $tool = ConvertTo-OpenAITool Get-Weather -ParameterName unit, City
        $tool.Function.Parameters['properties'].GetFieldNames() | Should -Be 'Unit', 'City'
    }

    It 'is strict as services require it: all required, the optional ones nullable' {
        $function = (ConvertTo-OpenAITool Get-Weather -Strict).ToJson() | ConvertFrom-Json -AsHashtable | ForEach-Object function
        $function.strict | Should -BeTrue
        $function.parameters.required | Should -Be 'City', 'Days', 'Unit', 'Full'
        $function.parameters.additionalProperties | Should -BeFalse
        $function.parameters.properties.City.type | Should -Be 'string'
        $function.parameters.properties.Days.type | Should -Be 'integer', 'null'
        $function.parameters.properties.Unit.enum | Should -Be 'C', 'F', $null
    }

    It 'refuses <What>' -ForEach @(
        @{ What = 'a script block without a name'; Call = { ConvertTo-OpenAITool { 1 } -ErrorAction Stop }; Says = '*-Name*' }
        @{ What = 'a name that services do not take'; Call = { ConvertTo-OpenAITool Get-Weather -Name 'a b' -ErrorAction Stop }; Says = "*'a b'*letters*" }
        @{ What = 'a command that is not there'; Call = { ConvertTo-OpenAITool No-Such }; Says = "*no command named 'No-Such'*" }
        @{ What = 'a native program'; Call = { ConvertTo-OpenAITool dotnet }; Says = '*Wrap it in a function*' }
        @{ What = 'a parameter that is not there'; Call = { ConvertTo-OpenAITool Get-Weather -ParameterName Nope -ErrorAction Stop }; Says = "*no parameter 'Nope'*City*" }
        @{ What = 'an open type when it is to be strict'; Call = { ConvertTo-OpenAITool { param([hashtable] $H) } -Name f -Strict -ErrorAction Stop }; Says = "*'H'*-Strict*" }
    ) {
        $Call | Should -Throw -ExpectedMessage $Says
    }
}
