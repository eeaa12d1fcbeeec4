using OpenAIStream.Mutate;

// Mutate [pattern]   shows whether the tests detect a changed operator, text or statement in the core's files
//
// Stryker only creates the mutants, all in one assembly; a static field says which of them is active. Processes that load
// this assembly and the tests once (Worker) then run each mutant with the tests that reach it, until one fails.
string[] patterns = args.Length > 0 ? args : ["Sse/", "Streaming/", "Joining/", "Tools/", "Http/Secrets", "Http/Call"];
try
{
    using var workspace = await Workspace.CreateAsync();
    using var stop = new CancellationTokenSource();
    bool isRunning = false;
    Console.CancelKeyPress += (_, pressed) =>
    {
        pressed.Cancel = isRunning; // then the report covers the results so far
        stop.Cancel();
        if (!isRunning)
        {
            workspace.Dispose();
        }
    };
    string[] files = workspace.FindSources(patterns);
    Console.WriteLine($"Mutating {files.Length} files in {workspace.Root}");
    var mutants = await Mutants.MakeAsync(workspace, files);
    var equivalents = Equivalents.Read(workspace);
    foreach (string change in equivalents.WithoutMutant(mutants, files))
    {
        Console.WriteLine($"equivalent.txt names no mutant: {change}");
    }

    Console.WriteLine($"{mutants.Length} mutants. Building the tests, and running each to see which mutants it reaches");
    var tests = await TestCases.MeasureAsync(workspace);
    Console.WriteLine($"Running each mutant with the tests that reach it, of {tests.Count}");
    isRunning = true;
    Report.Write(await new MutantRun(mutants, tests).RunAsync(stop.Token), equivalents);
    return 0;
}
catch (CommandFailedException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
