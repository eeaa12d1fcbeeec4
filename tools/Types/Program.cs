using System.Reflection;
using System.Xml.Linq;

// Types <OpenAIStream.Core.dll> <types file> <types file that ships> <format file> <format file that ships>
// Types <OpenAIStream.Core.dll> <source file that forwards the types>
// PowerShell finds adapters and converters by a type's exact name, so each type with data from a server needs an entry. The
// generated entries come before the file's own: the first adapter loads the assemblies that the others refer to.
// A model after objects of another type in an output has no view: the engine lists what DefaultDisplayPropertySet names. Types
// inherit it, but objects without a type of their own (JsonMap) are to look like any other object.
// Views for Format-List have an item for each property of their types, and show the properties that have a value: by default
// the engine would show the properties themselves, and a server's text would reach the terminal unchanged.
var exported = Assembly.LoadFrom(Path.GetFullPath(args[0])).GetExportedTypes().OrderBy(static type => type.IsAbstract).ThenBy(static type => type.FullName, StringComparer.Ordinal).ToArray();
var models = exported.Where(static type => Is(type, "OpenAIStream.JsonModel")).ToArray();
var objects = exported.Where(static type => Is(type, "System.Exception") || type.FullName == "OpenAIStream.ServerSentEvent").ToArray();
if (args.Length == 2)
{
    File.WriteAllLines(args[1], models.Where(static type => !type.IsAbstract).Concat(objects).Select(static type => $"[assembly: System.Runtime.CompilerServices.TypeForwardedTo(typeof({type.FullName}))]"));
    return;
}

// A type without its own view shows its fields as properties, which no view can list.
var shown = models.Where(static type => type.FullName != "OpenAIStream.JsonMap" && !Is(type, "OpenAIStream.StreamingRequest")).ToArray();

var types = XDocument.Load(args[1]);
types.Root!.AddFirst(models.Select(type => new XElement(
    "Type",
    new XElement("Name", type.FullName),
    shown.Contains(type) && type.BaseType!.FullName == "OpenAIStream.JsonModel" ? Displays("View.Kind", "View.Lines") : null,
    type.IsAbstract ? null : Adapter("OpenAIStream.JsonModelAdapter"),
    new XElement("TypeConverter", new XElement("TypeName", "OpenAIStream.JsonModelConverter")))).Concat(
    objects.Select(static type => new XElement("Type", new XElement("Name", type.FullName), Adapter("OpenAIStream.ObjectAdapter")))));
types.Save(args[2]);

var formats = XDocument.Load(args[3]);
Fill("AnyModel", shown);
Fill("AnyError", [.. objects.Where(static type => Is(type, "System.Exception"))]);
using (var file = File.Create(args[4]))
{
    formats.Save(file, SaveOptions.DisableFormatting);
}

void Fill(string view, Type[] of)
{
    var items = formats.Root!.Descendants("View").Single(found => found.Element("Name")!.Value == view).Descendants("ListItems").Single();
    string[] byHand = [.. items.Elements("ListItem").Select(static item => item.Element("Label")!.Value)];
    items.AddFirst(of.SelectMany(static type => type.GetProperties(BindingFlags.Instance | BindingFlags.Public))
        .Where(static property => property.GetIndexParameters().Length == 0).OrderBy(Rank).Select(static property => property.Name)
        .Distinct().Except(byHand).Select(static name => new XElement(
            "ListItem",
            new XElement("Label", name),
            new XElement("ItemSelectionCondition", new XElement("PropertyName", "View.Has." + name)),
            new XElement("PropertyName", "View." + name))));
}

// The properties that readers look for come first.
static int Rank(PropertyInfo property)
{
    string[] first = ["Message", "Type", "Event", "Index", "Role", "Text", "Name", "FinishReason", "Status", "Model", "Usage", "Id", "Created"];
    return Array.IndexOf(first, property.Name) is >= 0 and var rank ? rank : first.Length;
}

static XElement Displays(params string[] properties) => new(
    "Members",
    new XElement(
        "MemberSet",
        new XElement("Name", "PSStandardMembers"),
        new XElement(
            "Members",
            new XElement(
                "PropertySet",
                new XElement("Name", "DefaultDisplayPropertySet"),
                new XElement("ReferencedProperties", properties.Select(static name => new XElement("Name", name)))))));

static XElement Adapter(string name) => new("TypeAdapter", new XElement("TypeName", name));

static bool Is(Type type, string name)
{
    for (var parent = type; parent is not null; parent = parent.BaseType)
    {
        if (parent.FullName == name)
        {
            return true;
        }
    }

    return false;
}
