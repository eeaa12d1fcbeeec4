using System.Management.Automation;
using System.Reflection;

namespace OpenAIStream;

/// <summary>
/// Less common values of a request, in one parameter (-Options). Their names are those of the service in PowerShell style,
/// and equal the names of the request's properties. Null values are not sent.
/// </summary>
public abstract class RequestValues
{
    private protected RequestValues()
    {
    }

    /// <summary>The cmdlet whose requests these are for: a value for which it has a parameter is not allowed here.</summary>
    internal abstract Type Cmdlet { get; }

    /// <summary>Fields of the request for which there is a parameter with another name, and that parameter.</summary>
    private protected virtual IReadOnlyDictionary<string, string> Elsewhere { get; } = new Dictionary<string, string>();

    /// <summary>Sets the properties of the request with the same names.</summary>
    internal void MergeInto(StreamingRequest request)
    {
        foreach (var property in GetType().GetProperties())
        {
            if (property.GetValue(this) is object value)
            {
                request.GetType().GetProperty(property.Name)!.SetValue(request, value);
            }
        }
    }

    /// <summary>The parameter to use instead of a name here; null if there is none.</summary>
    internal string? ParameterFor(string name)
    {
        string plain = Plain(name);
        return Elsewhere.TryGetValue(plain, out string? parameter) ? parameter : Cmdlet.GetProperties()
            .Where(static property => property.IsDefined(typeof(ParameterAttribute)))
            .FirstOrDefault(property => Names(property).Any(known => Plain(known) == plain))?.Name;
    }

    /// <summary>The property that a name refers to, which can be the service's name, not case-sensitive; null if there is none.</summary>
    internal PropertyInfo? Find(string name) => Array.Find(GetType().GetProperties(), property => Plain(property.Name) == Plain(name));

    /// <summary>A name in the form in which names are compared: prompt_cache_key equals PromptCacheKey.</summary>
    internal static string Plain(string name) => name.Replace("_", "").ToLowerInvariant();

    private static IEnumerable<string> Names(PropertyInfo property) =>
        [property.Name, .. property.GetCustomAttributes<AliasAttribute>().SelectMany(static alias => alias.AliasNames)];
}
