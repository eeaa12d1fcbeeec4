using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Reflection;

namespace OpenAIStream;

/// <summary>
/// What PowerShell shows of our types that are not models but contain what a server sent: exceptions, and plain events.
/// Their properties are those of .NET and contain the original text. Views find safe cells under <c>View.Name</c>, as for
/// models. The list of an exception's properties is for people (Get-Error, $ErrorView = 'DetailedView'), so there texts are
/// safe; <c>$_.Exception.Body</c> is read by name, and is original.
/// </summary>
internal static class ObjectMembers
{
    public static Collection<string> TypeNames(object value)
    {
        var names = new Collection<string>();
        for (var type = value.GetType(); type is not null; type = type.BaseType)
        {
            names.Add(type.FullName!);
        }

        return names;
    }

    public static Collection<PSAdaptedProperty> List(object value) =>
        new([.. Properties(value).Select(property => new PSAdaptedProperty(property.Name, new ObjectMember(property, IsSafe: value is Exception)))]);

    public static PSAdaptedProperty? Find(object value, string name)
    {
        bool isCell = name.StartsWith(ViewCell.Prefix, StringComparison.OrdinalIgnoreCase);
        string property = isCell ? name.Substring(ViewCell.Prefix.Length) : name;
        bool isCondition = isCell && property.StartsWith(ViewCell.Has, StringComparison.OrdinalIgnoreCase);
        property = isCondition ? property.Substring(ViewCell.Has.Length) : property;
        return Properties(value).FirstOrDefault(known => string.Equals(known.Name, property, StringComparison.OrdinalIgnoreCase)) is PropertyInfo found
            ? new PSAdaptedProperty(isCell ? name : found.Name, new ObjectMember(found, isCell, isCondition))
            : null;
    }

    // A property that a derived type redeclares comes before that of its base type.
    private static IEnumerable<PropertyInfo> Properties(object value) => value.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public)
        .Where(static property => property.GetIndexParameters().Length == 0 && property.GetGetMethod() is not null)
        .GroupBy(static property => property.Name, StringComparer.OrdinalIgnoreCase).Select(static same => same.First());
}

/// <summary>A property of an object that is not a model.</summary>
/// <param name="Property">The property.</param>
/// <param name="IsSafe">Whether its text is safe for a terminal instead of original.</param>
/// <param name="IsCondition">Whether it only says that there is a value.</param>
internal sealed record ObjectMember(PropertyInfo Property, bool IsSafe, bool IsCondition = false)
{
    public bool IsSettable => !IsSafe && Property.GetSetMethod() is not null;

    public object? Get(object owner)
    {
        object? value = Property.GetValue(owner);
        return IsCondition ? value is not (null or "") : IsSafe && value is string text ? SafeText.Of(text) : value;
    }
}
