using System.Reflection;
using Xunit;

namespace OpenAIStream.Tests;

/// <summary>What a C# user meets first: the names, and whether everything can be faked.</summary>
public class PublicNamesTests
{
    private static readonly Type[] Public = typeof(OpenAIClient).Assembly.GetExportedTypes();

    [Fact]
    public void No_name_is_one_of_the_framework_s()
    {
        // All of .NET's own assemblies that this process could load: a name in both would have to be qualified.
        var known = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location))
            .SelectMany(path => Types(path)).ToHashSet(StringComparer.Ordinal);
        Assert.True(known.Count > 1000, $"{known.Count}");
        Assert.Empty(Public.Where(type => !type.IsNested && known.Contains(type.Name)).Select(type => type.Name));

        static IEnumerable<string> Types(string path)
        {
            try
            {
                return Assembly.Load(AssemblyName.GetAssemblyName(path)).GetExportedTypes().Where(type => !type.IsNested).Select(type => type.Name);
            }
            catch (BadImageFormatException)
            {
                return [];
            }
        }
    }

    [Fact]
    public void Every_exception_can_be_created_with_all_its_properties()
    {
        var exceptions = Public.Where(type => type.IsSubclassOf(typeof(ApiException)) || type == typeof(ApiException)).ToList();
        Assert.NotEmpty(exceptions);
        foreach (var type in exceptions)
        {
            Assert.True(type.GetConstructors().Length > 0, $"{type.Name} has no public constructor");
            var parameters = type.GetConstructors().SelectMany(constructor => constructor.GetParameters()).Select(parameter => parameter.Name!).ToHashSet(StringComparer.OrdinalIgnoreCase);
            foreach (var property in type.GetProperties().Where(property => typeof(ApiException).IsAssignableFrom(property.DeclaringType)))
            {
                // MaxEventBytes is the same as the parameter limit.
                bool canBeSet = property.SetMethod?.IsPublic == true || parameters.Contains(property.Name) || property.Name == nameof(EventTooLargeException.MaxEventBytes);
                Assert.True(canBeSet, $"{type.Name}.{property.Name} cannot be set");
            }
        }
    }

    [Fact]
    public void Every_member_of_the_client_and_its_endpoints_can_be_overridden()
    {
        var faked = Public.Where(type => type == typeof(OpenAIClient) || type.Name.Contains("Endpoint", StringComparison.Ordinal)).ToList();
        Assert.True(faked.Count >= 6, $"{faked.Count}");
        foreach (var type in faked)
        {
            Assert.False(type.IsSealed, type.Name);
            Assert.Contains(type.GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic), constructor => constructor.IsFamily && constructor.GetParameters().Length == 0);
            foreach (var method in type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly).Where(method => method.Name != nameof(IDisposable.Dispose)))
            {
                Assert.True(method.IsVirtual && !method.IsFinal, $"{type.Name}.{method.Name} is not virtual");
            }
        }
    }

    [Fact]
    public void Every_endpoint_has_one_style_and_no_overloads()
    {
        foreach (var type in Public.Where(type => type == typeof(OpenAIClient) || type.Name.Contains("Endpoint", StringComparison.Ordinal)))
        {
            var methods = type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
                .Where(method => !method.IsSpecialName && method.Name != nameof(IDisposable.Dispose)).ToList();
            Assert.Equal(methods.Count, methods.Select(method => method.Name).Distinct().Count());
            foreach (var method in methods)
            {
                var last = method.GetParameters().TakeLast(2).ToList();
                Assert.Equal([typeof(RequestOptions), typeof(CancellationToken)], last.Select(parameter => parameter.ParameterType));
                Assert.All(last, parameter => Assert.True(parameter.IsOptional, $"{type.Name}.{method.Name}"));
            }
        }
    }
}
