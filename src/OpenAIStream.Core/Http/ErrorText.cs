using System.Globalization;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>Reads the text of an error object, under the names that services use, and the cause that a gateway passes on.</summary>
internal static class ErrorText
{
    private static readonly string[] Messages =
        ["message", "msg", "detail", "error_message", "error_msg", "error_description", "status_msg", "errmsg", "description", "Message", "title", "reason", "err"];

    private static readonly string[] Codes = ["code", "error_code", "errorCode", "errcode", "status_code", "statusCode", "Code"];

    /// <summary>The fields by which an object that is nothing else is recognized as an error.</summary>
    public static readonly string[] Fields =
        ["message", "msg", "detail", "error_code", "code", "errors", "error_message", "error_msg", "error_description", "errmsg", "errcode", "Message"];

    /// <summary>What happened, in the words of the service, and behind a gateway the cause in the words of that service.</summary>
    public static string? Message(JsonModel error)
    {
        string? message = Messages.Select(name => Words(error.Find(name))).FirstOrDefault(static text => text is not null);
        var metadata = error.Find("metadata") as JsonModel;
        string? cause = new[] { metadata?.Find("raw"), metadata?.Find("reasons"), error.Find("upstream_error"), error.Find("cause"), error.Find("innererror") }
            .Select(Words).FirstOrDefault(static text => text is not null);
        if (cause is null || message is null || message.Contains(cause))
        {
            return message ?? cause;
        }

        return metadata?.Find("provider_name") is string { Length: > 0 } provider ? $"{message} ({provider}): {cause}" : $"{message}: {cause}";
    }

    /// <summary>The code of the service.</summary>
    public static string? Code(JsonModel error) => Codes.Select(name => Text(error, name)).FirstOrDefault(static code => !string.IsNullOrEmpty(code));

    public static string? Text(JsonModel model, string field) => model.Find(field) switch
    {
        string text => text,
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => number.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>A text without markup, and without JSON around it.</summary>
    public static string Clean(string text)
    {
        if (Markup.IsMarkup(text))
        {
            return Markup.Read(text);
        }

        try
        {
            return text.TrimStart() is ['{' or '[', ..] && Words(JsonTokenReader.ParseFirst(text.TrimStart())) is string inner ? inner : text;
        }
        catch (JsonException)
        {
            return text;
        }
    }

    /// <summary>The text of a value; null if it has none.</summary>
    public static string? Words(object? value)
    {
        string? words = value switch
        {
            string text => Clean(text),
            JsonModel model => Words(model.Find("error")) ?? Message(model),
            object?[] items => string.Join("; ", items.Select(Item).Where(static text => text is not null)),
            _ => null,
        };
        return string.IsNullOrWhiteSpace(words) ? null : words;
    }

    /// <summary>One of several faults; Python validators say where it is.</summary>
    private static string? Item(object? item)
    {
        string? words = Words(item);
        return words is not null && (item as JsonModel)?.Find("loc") is object?[] { Length: > 0 } place ? $"{words} ({string.Join(".", place)})" : words;
    }
}
