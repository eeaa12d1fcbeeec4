# A host with a screen of adjustable width, and the text on it.

Import-Module $PSScriptRoot/Loopback.psm1

if (-not ('OpenAIStream.Tests.ScreenHost' -as [type])) {
    Add-Type -TypeDefinition @'
using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using System.Text;

namespace OpenAIStream.Tests
{
    public class ScreenHost : PSHost
    {
        private readonly ScreenUI _ui = new ScreenUI();
        public ScreenUI Screen { get { return _ui; } }
        public override CultureInfo CurrentCulture { get { return CultureInfo.InvariantCulture; } }
        public override CultureInfo CurrentUICulture { get { return CultureInfo.InvariantCulture; } }
        public override Guid InstanceId { get; } = Guid.NewGuid();
        public override string Name { get { return "ScreenHost"; } }
        public override PSHostUserInterface UI { get { return _ui; } }
        public override Version Version { get { return new Version(1, 0); } }
        public override void EnterNestedPrompt() { }
        public override void ExitNestedPrompt() { }
        public override void NotifyBeginApplication() { }
        public override void NotifyEndApplication() { }
        public override void SetShouldExit(int exitCode) { }
    }

    public class ScreenUI : PSHostUserInterface
    {
        public StringBuilder Text { get; } = new StringBuilder();
        public ScreenRawUI Raw { get; } = new ScreenRawUI();
        public bool HasColors = true;
        public override PSHostRawUserInterface RawUI { get { return Raw; } }
        public override bool SupportsVirtualTerminal { get { return HasColors; } }
        public override void Write(string value) { Text.Append(value); }
        public override void Write(ConsoleColor foreground, ConsoleColor background, string value) { Text.Append(value); }
        public override void WriteLine(string value) { Text.Append(value).Append('\n'); }
        public override void WriteDebugLine(string message) { }
        public override void WriteErrorLine(string value) { }
        public override void WriteVerboseLine(string message) { }
        public override void WriteWarningLine(string message) { }
        public override void WriteProgress(long sourceId, ProgressRecord record) { }
        public Queue<string> Lines; // what is typed; null where nobody is there, and none left means that they go
        public Queue<int> Choices { get; } = new Queue<int>();
        public override string ReadLine()
        {
            if (Lines == null) { throw new NotSupportedException(); }
            string line = Lines.Count > 0 ? Lines.Dequeue() : null;
            Text.Append(line).Append('\n');
            return line;
        }
        public override SecureString ReadLineAsSecureString() { throw new NotSupportedException(); }
        public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) { throw new NotSupportedException(); }
        public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
        {
            if (Choices.Count == 0) { throw new NotSupportedException(); }
            Text.Append(message).Append('\n');
            return Choices.Dequeue();
        }
        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) { throw new NotSupportedException(); }
        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName, PSCredentialTypes types, PSCredentialUIOptions options) { throw new NotSupportedException(); }
    }

    public class ScreenRawUI : PSHostRawUserInterface
    {
        private Size _size = new Size(40, 25);
        public override ConsoleColor BackgroundColor { get; set; }
        public override ConsoleColor ForegroundColor { get; set; }
        public override Size BufferSize { get { return _size; } set { _size = value; } }
        public override Size WindowSize { get { return _size; } set { _size = value; } }
        public override Coordinates CursorPosition { get; set; }
        public override int CursorSize { get; set; }
        public override bool KeyAvailable { get { return false; } }
        public override Size MaxPhysicalWindowSize { get { return _size; } }
        public override Size MaxWindowSize { get { return _size; } }
        public override Coordinates WindowPosition { get; set; }
        public override string WindowTitle { get; set; }
        public override void FlushInputBuffer() { }
        public override BufferCell[,] GetBufferContents(Rectangle rectangle) { throw new NotSupportedException(); }
        public override KeyInfo ReadKey(ReadKeyOptions options) { throw new NotSupportedException(); }
        public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) { throw new NotSupportedException(); }
        public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) { throw new NotSupportedException(); }
        public override void SetBufferContents(Rectangle rectangle, BufferCell fill) { throw new NotSupportedException(); }
    }
}
'@
}

# The screen after a script. $chunks contains the text, cut after every third character.
function Show-OnScreen([string] $Text, [string] $Script = '$chunks | Show-OpenAIStream', [int] $Width = 40, [switch] $WithoutColors, [string[]] $Lines, [int[]] $Choices = @()) {
    $screen = [OpenAIStream.Tests.ScreenHost]::new()
    if ($PSBoundParameters.ContainsKey('Lines')) { $screen.Screen.Lines = [System.Collections.Generic.Queue[string]]::new($Lines) }
    $Choices | ForEach-Object { $screen.Screen.Choices.Enqueue($_) }
    $screen.Screen.Raw.WindowSize = [System.Management.Automation.Host.Size]::new($Width, 25)
    $screen.Screen.HasColors = -not $WithoutColors
    $runspace = [runspacefactory]::CreateRunspace($screen)
    $runspace.Open()
    try {
        $shell = [powershell]::Create()
        $shell.Runspace = $runspace
        $null = $shell.AddScript({
                param($module, $text, $script)
                Import-Module $module
                $chunks = [regex]::Matches($text, '(?s).{1,3}') | ForEach-Object { [OpenAIStream.ChatCompletionChunk] (@{ choices = @(@{ index = 0; delta = @{ content = $_.Value } }) } | ConvertTo-Json -Depth 5) }
                . ([scriptblock]::Create($script))
            }).AddArgument((Get-BuiltModule)).AddArgument($Text).AddArgument($Script)
        $script:output = $shell.Invoke()
        if ($shell.HadErrors) { throw $shell.Streams.Error[0] }
        $screen.Screen.Text.ToString()
    }
    finally {
        $shell.Dispose()
        $runspace.Dispose()
    }
}

# A chat in which these lines are typed; what it shows, without colors.
function Enter-ChatOnScreen([string[]] $Lines, [string] $Script = 'Enter-OpenAIChat -PassThru', [int] $Width = 120, [int[]] $Choices = @()) {
    Show-OnScreen '' "Set-Location -LiteralPath '$($PWD.ProviderPath)'; $Script" $Width -WithoutColors -Lines $Lines -Choices $Choices
}

# The script's pipeline output.
function Get-ScreenOutput { $script:output }

Export-ModuleMember -Function Show-OnScreen, Enter-ChatOnScreen, Get-ScreenOutput
