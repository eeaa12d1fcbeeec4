namespace OpenAIStream;

/// <summary>Shows links and images with their addresses, so that no address is hidden. Only http and https become links.</summary>
internal static class LinkSpan
{
    private const string ImageMark = "[image] ";

    public static bool IsAddress(string text) =>
        (text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        && text.IndexOfAny([' ', '\t', '"', '<', '>']) < 0;

    /// <summary>Adds the target of a link after its text, which is the last of a line's nodes.</summary>
    public static void Add(List<InlineNode> nodes, InlineNode bracket, TargetCapture target)
    {
        string address = target.Address;
        if (!IsAddress(address))
        {
            nodes.Add(new InlineNode { Plain = "]" + target.Raw }); // shown unformatted
            return;
        }

        var span = bracket.IsImage ? Spans.Image : Spans.Link;
        var last = nodes[nodes.Count - 1];
        bool isAddressItself = last == bracket || (last.Plain == address && nodes[nodes.Count - 2] == bracket);
        bracket.Plain = bracket.IsImage ? ImageMark : "";
        bracket.Open(span);
        var end = new InlineNode { Plain = last == bracket ? address : "", Own = span };
        nodes.Add(end);
        var behind = new InlineNode { Plain = isAddressItself ? "" : " (" };
        behind.Close(span);
        nodes.Add(behind);
        if (!isAddressItself)
        {
            nodes.Add(new InlineNode { Plain = address, Own = Spans.Target });
            nodes.Add(new InlineNode { Plain = ")" });
        }
    }
}
