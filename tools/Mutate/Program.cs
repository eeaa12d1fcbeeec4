using OpenAIStream.Mutate;

// Mutate [pattern]   which tests notice a changed operator, text or statement in the core's files
//
// Stryker would run every covering test for each mutant in a host of its own. Here it only makes the mutants, all in one
// assembly; each is then switched on by an environment variable, and only the test classes that reach it run.
string[] patterns = args.Length > 0 ? args : ["Sse/", "Streaming/", "Joining/", "Tools/", "Http/Secrets", "Http/Call"];
try
{
    using var workspace = await Workspace.CreateAsync();
    using var stop = new CancellationTokenSource();
    bool isRunning = false;
    Console.CancelKeyPress += (_, pressed) =>
    {
        pressed.Cancel = isRunning; // then the report says what has been seen by then
        stop.Cancel();
        if (!isRunning)
        {
            workspace.Dispose();
        }
    };
    string[] files = workspace.FindSources(patterns);
    Console.WriteLine($"Mutating {files.Length} files in {workspace.Root}");
    var mutants = await Mutants.MakeAsync(workspace, files);
    Console.WriteLine($"{mutants.Length} mutants. Building the tests, and running each class once to see which mutants it reaches");
    var tests = await TestClasses.MeasureAsync(workspace);
    Console.WriteLine($"Running each mutant with the classes that reach it, of {tests.Count}");
    isRunning = true;
    var results = await tests.RunAsync(mutants, stop.Token);
    Report.Write(results, File.ReadAllLines(Path.Combine(workspace.Root, "tools", "Mutate", "equivalent.txt")));
    return 0;
}
catch (CommandFailedException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
