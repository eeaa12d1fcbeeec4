namespace OpenAIStream;

/// <summary>The pixels of an image, row by row: red, green, blue and alpha.</summary>
internal sealed record Pixels(int Width, int Height, byte[] Values)
{
    /// <summary>Bytes of a pixel.</summary>
    public const int Size = 4;

    /// <summary>The image in a smaller size: each pixel is the mean of those that it replaces.</summary>
    public Pixels Scaled(int width, int height)
    {
        if (width == Width && height == Height)
        {
            return this;
        }

        byte[] values = new byte[width * height * Size];
        for (int y = 0, at = 0; y < height; y++)
        {
            int top = (int)((long)y * Height / height), bottom = Math.Max(top + 1, (int)((long)(y + 1) * Height / height));
            for (int x = 0; x < width; x++)
            {
                int left = (int)((long)x * Width / width), right = Math.Max(left + 1, (int)((long)(x + 1) * Width / width));
                for (int channel = 0; channel < Size; channel++)
                {
                    values[at++] = Mean(left, top, right, bottom, channel);
                }
            }
        }

        return new Pixels(width, height, values);
    }

    private byte Mean(int left, int top, int right, int bottom, int channel)
    {
        int sum = 0;
        for (int y = top; y < bottom; y++)
        {
            for (int x = left; x < right; x++)
            {
                sum += Values[(((y * Width) + x) * Size) + channel];
            }
        }

        return (byte)(sum / ((right - left) * (bottom - top)));
    }
}
