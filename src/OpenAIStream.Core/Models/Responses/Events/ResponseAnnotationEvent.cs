namespace OpenAIStream;

/// <summary>An annotation was added to text.</summary>
public sealed class ResponseAnnotationEvent : ResponseItemEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseAnnotationEvent>(
        static () => new(),
        ("annotation", ResponseAnnotation.Shape));

    /// <summary>The annotation.</summary>
    public ResponseAnnotation? Annotation => GetModel<ResponseAnnotation>("annotation");

    /// <summary>The index of the annotation in the part, starting at 0.</summary>
    public int? AnnotationIndex => GetInt32("annotation_index");
}
