using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace OpenAIStream.Loopback;

/// <summary>A part of a form that arrived, as the framework's own reader takes it apart.</summary>
/// <param name="Name">The field's name.</param>
/// <param name="FileName">The file's name; null for a field.</param>
/// <param name="ContentType">The declared media type; null without one.</param>
/// <param name="Content">The bytes.</param>
public sealed record FormPart(string Name, string? FileName, string? ContentType, byte[] Content)
{
    /// <summary>The bytes as text.</summary>
    public string Text => Encoding.UTF8.GetString(Content);

    /// <summary>The parts of a body in their order; none for a body that is no form.</summary>
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
