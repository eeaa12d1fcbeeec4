using System.Diagnostics;
using System.Reflection;
using Xunit.Runner.Common;
using Xunit.Sdk;
using Xunit.v3;

// Worker   runs the tests named in its input, one after the other, in one process
//
// First it writes a line for each test of Core.Tests, "id name", and an empty line. Then each input line, "mutant id",
// runs one test with that mutant (-1: none). The output is "passed" or "failed", the milliseconds, and, if COVERAGE is set,
// the mutants that the test reached.
var output = Console.Out;
Console.SetOut(TextWriter.Null); // the output of tests is not part of the answer
Console.CancelKeyPress += static (_, pressed) => pressed.Cancel = true; // the end of the input ends the process
var tests = Assembly.Load("Core.Tests");
var control = typeof(OpenAIStream.OpenAIClient).Assembly.GetTypes().Single(static type => type.Name == "MutantControl");
var activeMutant = control.GetField("ActiveMutant")!;
bool isMeasuring = Environment.GetEnvironmentVariable("COVERAGE") != null;
control.GetField("CaptureCoverage")!.SetValue(null, isMeasuring);

var settings = new TestAssemblyConfiguration { ParallelizeTestCollections = false, StopOnFail = true, PreEnumerateTheories = true };
Xunit.TestContext.SetForInitialization(NullMessageSink.Instance, diagnosticMessages: false, internalDiagnosticMessages: false);
var controller = new InProcessFrontController(ExtensibilityPointFactory.GetTestFramework(tests), tests, configFilePath: null);
using var never = new CancellationTokenSource();
var cases = new Dictionary<string, ITestCase>();
await controller.Find(NullMessageSink.Instance, TestFrameworkOptions.ForDiscovery(settings), static _ => true, never, null, (test, _) =>
{
    if (cases.TryAdd(test.UniqueID, test))
    {
        output.WriteLine($"{test.UniqueID} {test.TestCaseDisplayName}");
    }

    return new(true);
});
output.WriteLine();

while (Console.ReadLine()?.Split(' ') is [var mutant, var id])
{
    activeMutant.SetValue(null, int.Parse(mutant, null));
    var watch = Stopwatch.StartNew();
    var failures = new Failures();
    using var stop = new CancellationTokenSource();
    await controller.Run(failures, TestFrameworkOptions.ForExecution(settings), [cases[id]], stop);
    var reached = isMeasuring ? (IList<int>[])control.GetMethod("GetCoverageData")!.Invoke(null, null)! : [];
    output.WriteLine($"{(failures.Any ? "failed" : "passed")} {watch.ElapsedMilliseconds} {string.Join(',', reached.SelectMany(static ids => ids))}");
}

internal sealed class Failures : IMessageSink
{
    public bool Any { get; private set; }

    public bool OnMessage(IMessageSinkMessage message)
    {
        Any |= message is ITestFailed or IErrorMessage or ITestCleanupFailure or ITestCaseCleanupFailure or ITestClassCleanupFailure;
        return true;
    }
}
