#if !NETSTANDARD_BUILD
using System.Reflection;
using System.Reflection.Emit;
using System.Text.RegularExpressions;
using Xunit;

namespace OpenAIStream.Tests;

/// <summary>Folders of the core depend on each other in one direction only, and can be read from the bottom up.</summary>
public partial class FolderTests
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly string Source = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../src/OpenAIStream.Core"));

    [Fact]
    public void No_folders_depend_on_each_other()
    {
        var folders = FoldersOfTypes();
        var graph = Graph(folders);
        foreach (var (folder, uses) in graph.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{folder} -> {string.Join(", ", uses.Keys.Order(StringComparer.Ordinal))}");
        }

        Assert.True(graph.ContainsKey("Sse") && graph.Count > 8, $"Found only {string.Join(", ", graph.Keys)}");
        string? cycle = Cycle(graph);
        Assert.True(cycle is null, cycle);
    }

    [GeneratedRegex(@"^(?:public |internal |file |static |sealed |abstract |partial |readonly |ref )*(?:class|struct|enum|interface|record(?: struct| class)?|delegate \S+) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    /// <summary>The folder of each type, from the sources.</summary>
    private static Dictionary<string, string> FoldersOfTypes()
    {
        var folders = new Dictionary<string, string>();
        foreach (string file in Directory.EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories))
        {
            string path = Path.GetRelativePath(Source, file).Replace('\\', '/');
            string folder = Path.GetDirectoryName(path)!.Replace('\\', '/');
            if (folder.StartsWith("obj", StringComparison.Ordinal) || folder.StartsWith("bin", StringComparison.Ordinal) || folder.StartsWith("Compat/NetStandard", StringComparison.Ordinal))
            {
                continue;
            }

            // The parts of Models belong together: a response contains chat's tools, and a chat message the items of
            // responses.
            folder = folder.StartsWith("Models", StringComparison.Ordinal) ? "Models" : folder.Length == 0 ? "(top)" : folder;
            foreach (Match declaration in Declaration().Matches(File.ReadAllText(file)))
            {
                folders[declaration.Groups[1].Value] = folder;
            }
        }

        return folders;
    }

    /// <summary>Which folder uses which others, with an example for each.</summary>
    private static Dictionary<string, Dictionary<string, string>> Graph(Dictionary<string, string> folders)
    {
        var graph = new Dictionary<string, Dictionary<string, string>>();
        foreach (var type in typeof(OpenAIClient).Assembly.GetTypes())
        {
            if (Find(type) is not (string name, string folder))
            {
                continue;
            }

            graph.TryAdd(folder, []);
            foreach (var used in Used(type).SelectMany(Parts))
            {
                if (Find(used) is (string other, string target) && target != folder)
                {
                    graph[folder].TryAdd(target, $"{name} uses {other}");
                }
            }
        }

        return graph;

        (string, string)? Find(Type type)
        {
            while (type.DeclaringType is Type outer)
            {
                type = outer;
            }

            string name = type.Name.Split('`')[0];
            return type.Assembly == typeof(OpenAIClient).Assembly && folders.TryGetValue(name, out string? folder) ? (name, folder) : null;
        }
    }

    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type)
        : [type];

    private static IEnumerable<Type> Used(Type type)
    {
        IEnumerable<MethodBase> methods = [.. type.GetMethods(All), .. type.GetConstructors(All)];
        return [
            .. type.BaseType is null ? [] : new[] { type.BaseType },
            .. type.GetInterfaces(),
            .. type.GetFields(All).Select(field => field.FieldType),
            .. methods.SelectMany(method => method.GetParameters()).Select(parameter => parameter.ParameterType),
            .. methods.OfType<MethodInfo>().Select(method => method.ReturnType),
            .. methods.SelectMany(InBody),
        ];
    }

    /// <summary>The types that a method's code refers to: local variables, calls, fields and types.</summary>
    private static IEnumerable<Type> InBody(MethodBase method)
    {
        if (method.GetMethodBody() is not MethodBody body || body.GetILAsByteArray() is not byte[] code)
        {
            yield break;
        }

        foreach (var local in body.LocalVariables)
        {
            yield return local.LocalType;
        }

        Type[] typeArguments = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : [];
        Type[] methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : [];
        for (int at = 0; at < code.Length;)
        {
            var operation = code[at] == 0xFE ? TwoBytes[code[at + 1]] : OneByte[code[at]];
            at += operation.Size;
            if (operation.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
            {
                var member = method.Module.ResolveMember(BitConverter.ToInt32(code, at), typeArguments, methodArguments);
                if ((member as Type ?? member?.DeclaringType) is Type named)
                {
                    yield return named;
                }

                if (member is MethodInfo { IsGenericMethod: true } generic)
                {
                    foreach (var argument in generic.GetGenericArguments())
                    {
                        yield return argument;
                    }
                }
            }

            at += operation.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }

    private static readonly OpCode[] Codes = [.. typeof(OpCodes).GetFields().Select(field => (OpCode)field.GetValue(null)!)];

    private static readonly Dictionary<byte, OpCode> OneByte = Codes.Where(code => code.Size == 1).ToDictionary(code => (byte)code.Value);

    private static readonly Dictionary<byte, OpCode> TwoBytes = Codes.Where(code => code.Size == 2).ToDictionary(code => (byte)code.Value);

    /// <summary>A path from a folder back to itself, with the reason for each step; null if there is none.</summary>
    private static string? Cycle(Dictionary<string, Dictionary<string, string>> graph)
    {
        var done = new HashSet<string>();
        string[] cycles = graph.Keys.Select(folder => Walk(folder, [])).OfType<string>().ToArray();
        return cycles.Length == 0 ? null : string.Join("\n", cycles);

        string? Walk(string folder, List<string> path)
        {
            int seen = path.IndexOf(folder);
            if (seen >= 0)
            {
                string[] circle = [.. path.Skip(seen), folder];
                return string.Join("\n", circle.Zip(circle.Skip(1), (from, to) => $"{from} -> {to}: {graph[from][to]}"));
            }

            string? found = done.Contains(folder) ? null : graph[folder].Keys.Select(next => Walk(next, [.. path, folder])).FirstOrDefault(cycle => cycle is not null);
            done.Add(folder);
            return found;
        }
    }
}
#endif
