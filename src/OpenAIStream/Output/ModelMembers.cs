using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Reflection;

namespace OpenAIStream;

/// <summary>
/// What PowerShell shows of a type of model, and under which names. A field that a server sends is a property as well, but
/// only under a name that nothing else has, in any letter case: the engine remembers for a type what a name means, and what
/// one object's field hides is hidden for all. Such a field is still there by <c>$model['name']</c>.
/// </summary>
internal sealed class ModelMembers
{
    private static readonly ConcurrentDictionary<Type, ModelMembers> Known = new();

    // What a reader of a table looks for comes first; then what a type has itself, then what its bases have.
    private static readonly string[] First =
        ["Type", "Event", "Index", "Role", "Text", "Name", "FinishReason", "Status", "Model", "Usage", "Id", "Created"];

    private static readonly string[] EngineNames = ["PSObject", "PSBase", "PSAdapted", "PSExtended", "PSTypeNames"];

    private readonly ModelMember[] _listed;
    private readonly Dictionary<string, ModelMember> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _taken = new(EngineNames, StringComparer.OrdinalIgnoreCase);
    private readonly Lazy<HashSet<string>> _shown; // fields that a property shows; only lists ask for it

    private ModelMembers(Type type)
    {
        var properties = type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(static property => property.GetGetMethod() is not null).ToArray();
        var typed = properties.Where(static property => property.GetIndexParameters().Length == 0).OrderBy(Rank).ThenBy(property => Distance(type, property)).ThenBy(static property => property.MetadataToken);
        _listed = [.. typed.Select(static property => new TypedMember(property)), .. AddedMembers.For(type)];
        foreach (var member in Enumerable.Reverse(_listed)) // of one name, the first in the list counts
        {
            _byName[member.Name] = member;
        }

        _taken.UnionWith(_byName.Keys);
        _taken.UnionWith(properties.Select(static property => property.Name));
        _taken.UnionWith(type.GetMethods(BindingFlags.Instance | BindingFlags.Public).Select(static method => method.Name));
        _shown = new(() => new(properties.SelectMany(ModelFields.ShownBy), StringComparer.Ordinal));
        TypeNames = [.. Hierarchy(type)];
    }

    /// <summary>The names of the type and its bases.</summary>
    public Collection<string> TypeNames { get; }

    public static ModelMembers Of(Type type) => Known.GetOrAdd(type, static type => new ModelMembers(type));

    /// <summary>What a list of the properties has: the type's, the module's, then the fields that none of them shows.</summary>
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

    /// <summary>A property by its name in any letter case; one without a tag is a field. Null for a name that means nothing, or a method.</summary>
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

    /// <summary>A property that the type has; null for none of that name.</summary>
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
