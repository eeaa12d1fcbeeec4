using System.Reflection;
using System.Xml.Linq;

// Types <OpenAIStream.Core.dll> <types file> <types file that ships>
// PowerShell looks an adapter up by a type's exact name, so that each type that goes over the wire needs an entry. They
// come before what the file has by hand: the first adapter loads the assemblies that the rest speaks of.
var models = Assembly.LoadFrom(Path.GetFullPath(args[0])).GetExportedTypes()
    .Where(static type => !type.IsAbstract && Bases(type).Any(static name => name == "OpenAIStream.JsonModel"))
    .Select(static type => type.FullName!)
    .Order(StringComparer.Ordinal);
var types = XDocument.Load(args[1]);
types.Root!.AddFirst(models.Select(static name => new XElement(
    "Type",
    new XElement("Name", name),
    new XElement("TypeAdapter", new XElement("TypeName", "OpenAIStream.JsonModelAdapter")))));
types.Save(args[2]);

static IEnumerable<string?> Bases(Type type)
{
    for (var parent = type.BaseType; parent is not null; parent = parent.BaseType)
    {
        yield return parent.FullName;
    }
}
