using System.Reflection;
using System.Xml.Linq;

// Types <OpenAIStream.Core.dll> <types file> <types file that ships>
// PowerShell looks adapters and converters up by a type's exact name, so that each type that goes over the wire needs an
// entry. They come before what the file has by hand: the first adapter loads the assemblies that the rest speaks of.
var models = Assembly.LoadFrom(Path.GetFullPath(args[0])).GetExportedTypes()
    .Where(static type => SelfAndBases(type).Any(static name => name == "OpenAIStream.JsonModel"))
    .OrderBy(static type => type.IsAbstract).ThenBy(static type => type.FullName, StringComparer.Ordinal);
var types = XDocument.Load(args[1]);
types.Root!.AddFirst(models.Select(static type => new XElement(
    "Type",
    new XElement("Name", type.FullName),
    type.IsAbstract ? null : new XElement("TypeAdapter", new XElement("TypeName", "OpenAIStream.JsonModelAdapter")),
    new XElement("TypeConverter", new XElement("TypeName", "OpenAIStream.JsonModelConverter")))));
types.Save(args[2]);

static IEnumerable<string?> SelfAndBases(Type type)
{
    for (var parent = type; parent is not null; parent = parent.BaseType)
    {
        yield return parent.FullName;
    }
}
