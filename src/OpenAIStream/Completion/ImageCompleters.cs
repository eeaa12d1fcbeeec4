namespace OpenAIStream;

/// <summary>Sizes of images: those that all image models support, and some that newer ones support.</summary>
public sealed class ImageSizeCompleter() : WordCompleter("auto", "1024x1024", "1536x1024", "1024x1536", "1536x864", "864x1536", "2560x1440", "3840x2160");

/// <summary>Qualities of images.</summary>
public sealed class ImageQualityCompleter() : WordCompleter("auto", "low", "medium", "high", "xhigh", "max");

/// <summary>Backgrounds of images.</summary>
public sealed class ImageBackgroundCompleter() : WordCompleter("auto", "transparent", "opaque");

/// <summary>Formats of images.</summary>
public sealed class ImageFormatCompleter() : WordCompleter("png", "webp", "jpeg", "gif", "svg");

/// <summary>How strictly images are moderated.</summary>
public sealed class ImageModerationCompleter() : WordCompleter("auto", "low");

/// <summary>How closely to follow an edited image.</summary>
public sealed class InputFidelityCompleter() : WordCompleter("low", "high");
