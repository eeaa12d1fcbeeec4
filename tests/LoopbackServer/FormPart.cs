using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace OpenAIStream.Loopback;

/// <summary>A part of a received form, as the framework's own reader parses it.</summary>
/// <param name="Name">The field's name.</param>
/// <param name="FileName">The file's name; null for a field.</param>
/// <param name="ContentType">The declared media type; null if there is none.</param>
/// <param name="Content">The bytes.</param>
public sealed record FormPart(string Name, string? FileName, string? ContentType, byte[] Content)
{
    /// <summary>The bytes as text.</summary>
    public string Text => Encoding.UTF8.GetString(Content);

    /// <summary>The parts of a body in order; none if the body is not a form.</summary>
    internal static async Task<IReadOnlyList<FormPart>> ReadAsync(string? contentType, byte[] body)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type) || type.MediaType != "multipart/form-data")
        {
            return [];
        }

        var reader = new MultipartReader(HeaderUtilities.RemoveQuotes(type.Boundary).ToString(), new MemoryStream(body));
        var parts = new List<FormPart>();
        while (await reader.ReadNextSectionAsync() is MultipartSection section)
        {
            using var content = new MemoryStream();
            await section.Body.CopyToAsync(content);
            var disposition = section.GetContentDispositionHeader()!;
            string? fileName = disposition.FileName.HasValue ? HeaderUtilities.RemoveQuotes(disposition.FileName).ToString() : null;
            parts.Add(new FormPart(HeaderUtilities.RemoveQuotes(disposition.Name).ToString(), fileName, section.ContentType, content.ToArray()));
        }

        return parts;
    }
}
