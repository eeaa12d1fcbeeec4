using System.Management.Automation;
using System.Reflection;

namespace OpenAIStream;

/// <summary>
/// Values of a request that few need, as one parameter (-Options). Their names are the service's in PowerShell's form, and so
/// are the names of the request's properties. What is null is not sent.
/// </summary>
public abstract class RequestValues
{
    private protected RequestValues()
    {
    }

    /// <summary>The cmdlet whose requests these are for: what a parameter of it says is no value here.</summary>
    internal abstract Type Cmdlet { get; }

    /// <summary>Fields of the request that a parameter of another name says, and that parameter.</summary>
    private protected virtual IReadOnlyDictionary<string, string> Elsewhere { get; } = new Dictionary<string, string>();

    /// <summary>Sets the request's properties of the same names.</summary>
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

    /// <summary>The parameter that says what somebody gives here under a name; null for none.</summary>
    internal string? ParameterFor(string name)
    {
        string plain = Plain(name);
        return Elsewhere.TryGetValue(plain, out string? parameter) ? parameter : Cmdlet.GetProperties()
            .Where(static property => property.IsDefined(typeof(ParameterAttribute)))
            .FirstOrDefault(property => Names(property).Any(known => Plain(known) == plain))?.Name;
    }

    /// <summary>The property that a name means, which may be the one on the wire, in any case; null for none.</summary>
    internal PropertyInfo? Find(string name) => Array.Find(GetType().GetProperties(), property => Plain(property.Name) == Plain(name));

    /// <summary>A name as it is compared: prompt_cache_key is PromptCacheKey.</summary>
    internal static string Plain(string name) => name.Replace("_", "").ToLowerInvariant();

    private static IEnumerable<string> Names(PropertyInfo property) =>
        [property.Name, .. property.GetCustomAttributes<AliasAttribute>().SelectMany(static alias => alias.AliasNames)];
}
