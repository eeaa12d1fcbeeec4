namespace OpenAIStream;

/// <summary>A response as its events describe it as a whole, and what they omit.</summary>
internal static class ToldResponse
{
    // These fields can change without being mentioned again.
    private static readonly HashSet<string> OfItsTime = new(StringComparer.Ordinal) { "status", "output", "error", "incomplete_details", "usage" };

    /// <summary>The later state of a response. Absent fields are not changed.</summary>
    public static Response Later(Response before, Response now)
    {
        if (now.Id is { Length: > 0 } && before.Id is { Length: > 0 } && now.Id != before.Id)
        {
            return now;
        }

        return (Response)With(now, before, static field => !OfItsTime.Contains(field));
    }

    /// <summary>The response of the last event, with the status that the event implies and the streamed output.</summary>
    public static Response Complete(Response told, string end, ResponseItem[] streamed)
    {
        var whole = told;
        if (end.Length > 0 && told.Status is null or "" or "in_progress" or "queued")
        {
            whole = (Response)told.Copy();
            whole["status"] = end;
        }

        var output = Output(told.Output, streamed);
        if (output is not null)
        {
            whole = ReferenceEquals(whole, told) ? (Response)told.Copy() : whole;
            whole["output"] = output;
        }

        return whole;
    }

    /// <summary>The output, completed from the streamed items; null if nothing is missing.</summary>
    private static ResponseItem[]? Output(IReadOnlyList<ResponseItem> told, ResponseItem[] streamed)
    {
        ResponseItem[] filled = [.. told];
        var missing = new List<(int At, ResponseItem Item)>();
        for (int i = 0; i < streamed.Length; i++)
        {
            int same = Find(told, streamed, streamed[i]);
            if (same >= 0)
            {
                filled[same] = Fill(filled[same], streamed[i]);
            }
            else if (streamed[i] is not ResponseMessageItem || !told.Any(static item => item is ResponseMessageItem))
            {
                missing.Add((i, streamed[i])); // if a message is included, so is the text of the answer
            }
        }

        if (missing.Count == 0 && filled.SequenceEqual(told))
        {
            return null;
        }

        List<ResponseItem> all = [.. filled];
        missing.ForEach(one => all.Insert(Math.Min(one.At, all.Count), one.Item));
        return [.. all];
    }

    /// <summary>
    /// The index of the item that corresponds to a streamed one: the one with its id, otherwise the one at its position
    /// among items of its type.
    /// </summary>
    private static int Find(IReadOnlyList<ResponseItem> told, ResponseItem[] streamed, ResponseItem item)
    {
        int[] alike = [.. Enumerable.Range(0, told.Count).Where(at => told[at].Type == item.Type)];
        int same = Array.FindIndex(alike, at => told[at].Id is { Length: > 0 } id && id == item.Id);
        int place = streamed.Where(one => one.Type == item.Type).TakeWhile(one => one != item).Count();
        return same >= 0 ? alike[same] : place < alike.Length ? alike[place] : -1;
    }

    private static ResponseItem Fill(ResponseItem told, ResponseItem streamed)
    {
        var filled = (ResponseItem)With(told, streamed, static field => field is not "status");
        foreach (string list in new[] { "content", "summary" })
        {
            if (told.Find(list) is ResponseContentPart[] parts && streamed.Find(list) is ResponseContentPart[] more)
            {
                ResponseContentPart[] all = [.. parts.Select((part, at) => at < more.Length ? (ResponseContentPart)With(part, more[at], static _ => true) : part)];
                if (!all.SequenceEqual(parts))
                {
                    filled = ReferenceEquals(filled, told) ? (ResponseItem)told.Copy() : filled;
                    filled[list] = all;
                }
            }
        }

        return filled;
    }

    /// <summary>An object, completed with fields of another one; the object itself if nothing is missing.</summary>
    private static JsonModel With(JsonModel model, JsonModel other, Func<string, bool> takes)
    {
        var result = model;
        for (int i = 0; i < other.Fields.Length; i++)
        {
            string field = other.Fields[i].Name;
            if (takes(field) && !JoinRules.IsAbsent(other.ValueAt(i)) && JoinRules.IsAbsent(field, model.Find(field)))
            {
                result = ReferenceEquals(result, model) ? model.Copy() : result;
                result[field] = other[field];
            }
        }

        return result;
    }
}
