using System.Text;
using Xunit;

namespace OpenAIStream.Tests.Media;

public class MediaKindTests
{
    [Theory]
    [InlineData("\u0089PNG\r\n\u001a\n", "image/png")]
    [InlineData("\u00ff\u00d8\u00ff\u00e1", "image/jpeg")]
    [InlineData("GIF87a", "image/gif")]
    [InlineData("GIF89a..", "image/gif")]
    [InlineData("RIFF\0\0\0\0WEBPVP8L", "image/webp")]
    [InlineData("RIFF\0\0\0\0WAVEfmt ", "audio/wav")]
    [InlineData("%PDF-2.0", "application/pdf")]
    [InlineData("ID3\u0004", "audio/mpeg")]
    [InlineData("\u00ff\u00fb\u0090", "audio/mpeg")]
    [InlineData("\u00ff\u00f3\u0044", "audio/mpeg")]
    [InlineData("", null)]
    [InlineData("RIFF\0\0\0\0AVI ", null)]
    [InlineData("RIFF\0\0\0\0WAV", null)]
    [InlineData("\u00ff\u00fe<\0", null)] // a byte order mark
    [InlineData("<svg>", null)]
    public void The_content_of_a_file_decides_its_type(string latin1, string? mediaType) =>
        Assert.Equal(mediaType, MediaKind.Of(Encoding.Latin1.GetBytes(latin1))?.MediaType);
}
