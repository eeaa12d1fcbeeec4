using OpenAIStream.Bench;

// all: the half that needs no engine. report: writes docs/performance.md from the measurements. The rest run single parts.
switch (args is [] ? "all" : args[0])
{
    case "all":
        Figures.Clear();
        ChunkRuns.Run();
        BigRuns.Run();
        RecordedRuns.Run();
        ColdStart.Run();
        Joining.Run();
        await SocketRuns.RunAsync();
        await Streams.RunAsync();
        NodePeers.Run();
        break;
    case "chunks": ChunkRuns.Run(); break;
    case "big": BigRuns.Run(); break;
    case "peak-child": BigRuns.Child(args[1]); break;
    case "recorded": RecordedRuns.Run(); break;
    case "cold": ColdStart.Run(); break;
    case "cold-child": ColdStart.Child(args[1]); break;
    case "joining": Joining.Run(); break;
    case "sockets": await SocketRuns.RunAsync(); break;
    case "streams": await Streams.RunAsync(); break;
    case "node": NodePeers.Run(); break;
    case "open-child": await Streams.OpenChildAsync(args[1]); break;
    case "serve": await Streams.ServeAsync(int.Parse(args[1], null)); break;
    case "add": Figures.Add(args[1], args[2], args[3], args.ElementAtOrDefault(4) ?? "", args.Length > 5 ? bool.Parse(args[5]) : null); break;
    case "report": Report.Write(); break;
    default:
        Console.Error.WriteLine("Bench [all|chunks|big|recorded|cold|joining|sockets|streams|node|report]");
        return 2;
}

return 0;
