namespace OpenAIStream;

/// <summary>Images: a request with images to edit is a form with files, and has its own path.</summary>
internal sealed class ImagesEndpoint(OpenAIClient client) : StreamingEndpoint<ImageRequest, ImageResult, ImageEvent>(client, "images/generations")
{
    private protected override ApiRequest ToApiRequest(ImageRequest request, bool stream, RequestOptions? options)
    {
        var toSend = base.ToApiRequest(request, stream, options);
        if (request.Images.Count == 0)
        {
            return request.Mask is null && request.Markup is null
                ? toSend
                : throw new ArgumentException("A mask or a markup requires an image to edit: set Images.", nameof(request));
        }

        var form = new RequestForm();
        form.Add(request, stream);
        foreach (var image in request.Images)
        {
            form.AddFile("image[]", image.FileName, image.Content);
        }

        Add("mask", request.Mask);
        Add("markup", request.Markup);
        return toSend with { Path = "images/edits", Body = form };

        void Add(string name, ImageFile? file)
        {
            if (file is not null)
            {
                form.AddFile(name, file.FileName, file.Content);
            }
        }
    }
}
