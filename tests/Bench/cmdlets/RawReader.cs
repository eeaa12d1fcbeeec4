using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Net.Http;
using System.Text;

public static class RawReader
{
    private static readonly HttpClient Http = new HttpClient();

    public static IEnumerable<string> Lines(string address, string model)
    {
        using var lines = Open(address, model);
        while (lines.ReadLine() is string line)
        {
            if (line.Length > 0)
            {
                yield return line;
            }
        }
    }

    public static List<long> Delays(string address, string model)
    {
        const string Key = "\"content\":\"";
        var delays = new List<long>();
        foreach (string line in Lines(address, model))
        {
            int start = line.IndexOf(Key, StringComparison.Ordinal) + Key.Length;
            if (start > Key.Length)
            {
                delays.Add(Stopwatch.GetTimestamp() - long.Parse(line.AsSpan(start, line.IndexOf('"', start) - start)));
            }
        }

        return delays;
    }

    private static StreamReader Open(string address, string model)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address + "chat/completions") { Content = new StringContent("{\"model\":\"" + model + "\"}") };
        var response = Http.Send(request, HttpCompletionOption.ResponseHeadersRead);
        return new StreamReader(response.Content.ReadAsStream());
    }
}
