using System.Management.Automation;

namespace OpenAIStream;

/// <summary>What is at a path: opening a pipe waits for its reader, and a device keeps nothing.</summary>
internal enum PathKind
{
    /// <summary>A file, or nothing.</summary>
    File,

    /// <summary>A device that takes what is written to it, such as /dev/null, or a stream that is already open, such as /dev/stdout.</summary>
    Device,

    /// <summary>A pipe, a socket or a disk.</summary>
    Other,
}

/// <summary>Finds out what is at a path, without opening it.</summary>
internal static class PathKinds
{
    private static readonly string[] Streams = ["/dev", "/dev/fd", "/proc/self/fd"];

    public static PathKind Of(PSCmdlet cmdlet, string path)
    {
        if (!File.Exists(path))
        {
            return PathKind.File;
        }

        var item = Item(cmdlet, path);
        if (TypeOf(item) == "SymbolicLink")
        {
            string target = item!.Properties["ResolvedTarget"]?.Value?.ToString() ?? path;
            if (!File.Exists(target))
            {
                return PathKind.Device; // the system can open it, but it is not in any folder: /dev/stdout is an open stream
            }

            item = Item(cmdlet, target);
            if (TypeOf(item) == "File" && Streams.Contains(Path.GetDirectoryName(path)))
            {
                return PathKind.Device; // /dev/stdout that a shell has redirected to a file
            }
        }

        return TypeOf(item) switch
        {
            "CharacterDevice" => PathKind.Device,
            "NamedPipe" or "Socket" or "BlockDevice" => PathKind.Other,
            _ => PathKind.File,
        };
    }

    private static PSObject? Item(PSCmdlet cmdlet, string path)
    {
        try
        {
            return cmdlet.InvokeProvider.Item.Get([@"Microsoft.PowerShell.Core\FileSystem::" + path], force: true, literalPath: true).FirstOrDefault();
        }
        catch (RuntimeException)
        {
            return null; // it is gone again, or nobody may look at it: opening it tells why
        }
    }

    /// <summary>The type as PowerShell shows it on Unix; null on Windows.</summary>
    private static string? TypeOf(PSObject? item) =>
        item?.Properties["UnixStat"]?.Value is object stat ? PSObject.AsPSObject(stat).Properties["ItemType"]?.Value?.ToString() : null;
}
