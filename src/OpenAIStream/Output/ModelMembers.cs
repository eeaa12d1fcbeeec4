using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Reflection;

namespace OpenAIStream;

/// <summary>
/// What PowerShell shows of a model type, and under which names. A field from a server is a property too, but only under a
/// name that nothing else has, not case-sensitive: the engine remembers for each type what a name means, and what a field
/// of one object hides is hidden for all objects. Such a field can still be read with <c>$model['name']</c>.
/// </summary>
internal sealed class ModelMembers
{
    private static readonly ConcurrentDictionary<Type, ModelMembers> Known = new();

    // The properties that are most useful in a table come first, then those of the type itself, then those of its base
    // types.
    private static readonly string[] First =
        ["Type", "Event", "Index", "Role", "Text", "Name", "FinishReason", "Status", "Model", "Usage", "Id", "Created"];

    private static readonly string[] EngineNames = ["PSObject", "PSBase", "PSAdapted", "PSExtended", "PSTypeNames"];

    private readonly ModelMember[] _listed;
    private readonly Dictionary<string, ModelMember> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _taken = new(EngineNames, StringComparer.OrdinalIgnoreCase);
    private readonly Lazy<HashSet<string>> _shown; // fields that a property shows; only lists need them

    private ModelMembers(Type type)
    {
        var properties = type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(static property => property.GetGetMethod() is not null).ToArray();
        var typed = properties.Where(static property => property.GetIndexParameters().Length == 0).OrderBy(Rank).ThenBy(property => Distance(type, property)).ThenBy(static property => property.MetadataToken);
        _listed = [.. typed.Select(static property => new TypedMember(property)), .. AddedMembers.For(type)];
        foreach (var member in Enumerable.Reverse(_listed)) // for duplicate names, the first one in the list counts
        {
            _byName[member.Name] = member;
        }

        _taken.UnionWith(_byName.Keys);
        _taken.UnionWith(properties.Select(static property => property.Name));
        _taken.UnionWith(type.GetMethods(BindingFlags.Instance | BindingFlags.Public).Select(static method => method.Name));
        _shown = new(() => new(properties.SelectMany(ModelFields.ShownBy), StringComparer.Ordinal));
        TypeNames = [.. Hierarchy(type)];
    }

    /// <summary>The names of the type and its base types.</summary>
    public Collection<string> TypeNames { get; }

    public static ModelMembers Of(Type type) => Known.GetOrAdd(type, static type => new ModelMembers(type));

    /// <summary>The listed properties: those of the type, those of the module, then the fields that none of them shows.</summary>
    public Collection<PSAdaptedProperty> List(JsonModel model)
    {
        var list = new List<PSAdaptedProperty>(_listed.Length + 4);
        foreach (var member in _listed)
        {
            list.Add(new PSAdaptedProperty(member.Name, member));
        }

        foreach (string field in FieldsWithoutProperty(model))
        {
            list.Add(new PSAdaptedProperty(field, null));
        }

        return new Collection<PSAdaptedProperty>(list);
    }

    /// <summary>The fields that are properties only because the model has them.</summary>
    public List<string> FieldsWithoutProperty(JsonModel model)
    {
        var found = new List<string>();
        foreach (string field in model.GetFieldNames())
        {
            if (IsFree(field) && !_shown.Value.Contains(field) && !found.Exists(other => string.Equals(other, field, StringComparison.OrdinalIgnoreCase)))
            {
                found.Add(field);
            }
        }

        return found;
    }

    /// <summary>A property by its name, not case-sensitive; one without a tag is a field. Null for an unknown name, or a method.</summary>
    public PSAdaptedProperty? Find(JsonModel model, string name)
    {
        if (_byName.TryGetValue(name, out var member))
        {
            return new PSAdaptedProperty(member.Name, member);
        }

        if (ViewCell.IsName(name))
        {
            return new PSAdaptedProperty(name, new ViewCell(name));
        }

        if (_taken.Contains(name))
        {
            return null;
        }

        if (model.Contains(name))
        {
            return new PSAdaptedProperty(name, null);
        }

        foreach (string field in model.GetFieldNames())
        {
            if (string.Equals(field, name, StringComparison.OrdinalIgnoreCase))
            {
                return new PSAdaptedProperty(field, null);
            }
        }

        return null;
    }

    /// <summary>A property of the type; null if there is none with that name.</summary>
    public ModelMember? Typed(string name) => _byName.TryGetValue(name, out var member) ? member : null;

    private bool IsFree(string field) => field.Length > 0 && !_taken.Contains(field) && !ViewCell.IsName(field);

    private static int Rank(PropertyInfo property) => Array.IndexOf(First, property.Name) is >= 0 and var rank ? rank : First.Length;

    private static int Distance(Type type, PropertyInfo property)
    {
        int distance = 0;
        for (var declared = type; declared is not null && declared != property.DeclaringType; declared = declared.BaseType)
        {
            distance++;
        }

        return distance;
    }

    private static IEnumerable<string> Hierarchy(Type type)
    {
        for (var named = type; named is not null; named = named.BaseType)
        {
            yield return named.FullName!;
        }
    }
}
