using System.Globalization;
using PackageConsumer;

// Each public method of Checks is a test; the last line has the format of this repository's test runners.
int failed = 0;
var checks = typeof(Checks).GetMethods().Where(method => method.DeclaringType == typeof(Checks)).ToList();
foreach (var check in checks)
{
    try
    {
        await (Task)check.Invoke(null, null)!;
    }
    catch (Exception error)
    {
        failed++;
        Console.WriteLine($"    {check.Name} [FAIL]\n      {error}");
    }
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"   Package.Consumer  Total: {checks.Count}, Errors: 0, Failed: {failed}, Skipped: 0, Not Run: 0"));
return failed;
