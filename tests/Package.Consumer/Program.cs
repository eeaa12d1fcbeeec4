using System.Globalization;
using PackageConsumer;

// Each public method of Checks is one; the last line is the one that test runners of this repository end with.
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
