using Xunit;

namespace OpenAIStream.Tests.Media;

/// <summary>Files as parts of a message.</summary>
public sealed class MediaFileTests : IDisposable
{
    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3, 4];

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void An_image_becomes_a_part_whatever_its_file_name()
    {
        File.WriteAllBytes(_path, Png);
        string data = Convert.ToBase64String(Png);
        Assert.Equal($"{{\"type\":\"image_url\",\"image_url\":{{\"url\":\"data:image/png;base64,{data}\",\"detail\":\"low\"}}}}", Plain(MediaFile.Image(_path, "low")));

        var message = new ChatMessage { Role = "user", ["content"] = new[] { MediaFile.Text("What is this?"), MediaFile.Image(_path) } };
        Assert.Equal("What is this?", message.Text);
        Assert.Equal(2, message.ContentParts.Count);
    }

    [Theory]
    [InlineData("GIF89a", "image_url")]
    [InlineData("RIFF    WAVE", "input_audio")]
    [InlineData("%PDF-1.7", "file")]
    public void The_content_of_a_file_decides_the_kind_of_its_part(string content, string type)
    {
        File.WriteAllText(_path, content);
        Assert.Equal(type, MediaFile.Part(_path)["type"]);
    }

    [Fact]
    public void The_error_for_an_unknown_kind_of_part_lists_the_supported_kinds()
    {
        File.WriteAllText(_path, "text");
        var error = Assert.Throws<MediaFileException>(() => MediaFile.Part(_path));
        Assert.Equal($"The type of '{_path}' is unknown. The formats PNG, JPEG, GIF, WebP, WAV, MP3 and PDF are supported.", error.Message);
    }

    [Fact]
    public void The_error_for_a_file_of_another_type_names_the_type()
    {
        File.WriteAllBytes(_path, Png);
        var error = Assert.Throws<MediaFileException>(() => MediaFile.Audio(_path));
        Assert.Equal((MediaFileFault.UnsupportedType, "image/png", _path), (error.Fault, error.MediaType, error.Path));
        Assert.Equal($"'{_path}' is image/png. The audio formats WAV and MP3 are supported.", error.Message);
    }

    [Fact]
    public void The_error_for_a_file_of_unknown_type_lists_the_supported_types()
    {
        File.WriteAllText(_path, "text");
        var error = Assert.Throws<MediaFileException>(() => MediaFile.Document(_path));
        Assert.Equal((MediaFileFault.UnsupportedType, null), (error.Fault, error.MediaType));
        Assert.Equal($"The type of '{_path}' is unknown. The document format PDF is supported.", error.Message);
    }

    [Fact]
    public void A_file_over_the_limit_is_not_read()
    {
        File.WriteAllBytes(_path, Png);
        Assert.NotNull(MediaFile.Image(_path, maximumSize: 12));
        var error = Assert.Throws<MediaFileException>(() => MediaFile.Image(_path, maximumSize: 11));
        Assert.Equal(MediaFileFault.TooLarge, error.Fault);
        Assert.Equal($"'{_path}' has 12 bytes; the limit is 11.", error.Message);
    }

    [Fact]
    public void A_missing_file_is_an_error()
    {
        var error = Assert.Throws<MediaFileException>(() => MediaFile.Image(_path + ".no"));
        Assert.Equal(MediaFileFault.NotReadable, error.Fault);
        Assert.IsType<FileNotFoundException>(error.InnerException);
    }

    [Theory]
    [InlineData("RIFF    WAVE", ".bin", "audio/wav")]
    [InlineData("fLaC", ".flac", "audio/flac")]
    [InlineData("x", ".M4A", "audio/mp4")]
    [InlineData("x", ".ogg", "audio/ogg")]
    [InlineData("x", ".webm", "audio/webm")]
    [InlineData("x", ".mp3", "audio/mpeg")]
    [InlineData("x", ".wav", "audio/wav")]
    [InlineData("x", ".bin", "application/octet-stream")]
    public void Any_file_becomes_a_data_URL_with_the_type_of_its_content_or_name(string content, string ending, string type)
    {
        string path = _path + ending;
        File.WriteAllText(path, content);
        try
        {
            Assert.Equal($"data:{type};base64,{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(content))}", MediaFile.DataUrl(path));
            Assert.Equal(MediaFileFault.TooLarge, Assert.Throws<MediaFileException>(() => MediaFile.DataUrl(path, 0)).Fault);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>The JSON; its writer escapes a plus sign.</summary>
    private static string Plain(JsonMap part) => part.ToJson().Replace("\\u002B", "+", StringComparison.Ordinal);
}
