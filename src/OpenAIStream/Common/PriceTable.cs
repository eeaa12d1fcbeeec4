using System.Globalization;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// The price table of a user. A row has a Model, which can be a pattern, and prices: per million tokens, and per minute of
/// audio. The row with the most specific match is used.
/// </summary>
internal sealed class PriceTable
{
    private const decimal Million = 1_000_000;

    private readonly Row[] _rows;

    /// <exception cref="ArgumentException">A row has no model, or a price that is not a number.</exception>
    public PriceTable(IReadOnlyList<PSObject> rows)
    {
        Rows = rows;
        _rows = [.. rows.Select(static row => new Row(row))];
    }

    /// <summary>The rows as the user gave them.</summary>
    public IReadOnlyList<PSObject> Rows { get; }

    /// <summary>Sets the cost of a model's usage. False if a price is missing.</summary>
    public bool Apply(UsageTotal total)
    {
        var row = _rows.Where(row => row.Fits(total.Model ?? "")).OrderByDescending(static row => row.Closeness).FirstOrDefault();
        if (row is null)
        {
            return false;
        }

        long plainInput = Math.Max(0, total.InputTokens - total.CachedTokens - total.AudioInputTokens - total.ImageInputTokens);
        long written = row["CacheWrite"] is null ? 0 : Math.Min(total.CacheWriteTokens, plainInput);
        decimal? cost = Of(plainInput - written, row["Input"])
            + Of(total.CachedTokens, row["CachedInput"] ?? row["Input"])
            + Of(written, row["CacheWrite"])
            + Of(total.AudioInputTokens, row["AudioInput"] ?? row["Input"])
            + Of(total.ImageInputTokens, row["ImageInput"] ?? row["Input"])
            + Of(Math.Max(0, total.OutputTokens - total.AudioOutputTokens - total.ImageOutputTokens), row["Output"])
            + Of(total.AudioOutputTokens, row["AudioOutput"] ?? row["Output"])
            + Of(total.ImageOutputTokens, row["ImageOutput"] ?? row["Output"])
            + (total.AudioSeconds > 0 ? (decimal)total.AudioSeconds / 60 * row["Minute"] : 0);
        total.Cost = cost;
        total.Currency = row.Currency;
        return cost is not null;
    }

    // Unused kinds of tokens need no price.
    private static decimal? Of(long tokens, decimal? price) => tokens == 0 ? 0 : tokens * price / Million;

    private sealed class Row
    {
        private static readonly string[] Columns = ["Input", "CachedInput", "CacheWrite", "Output", "AudioInput", "AudioOutput", "ImageInput", "ImageOutput", "Minute"];

        private readonly Dictionary<string, decimal> _prices = new(StringComparer.Ordinal);
        private readonly string _model;
        private readonly WildcardPattern _pattern;

        public Row(PSObject row)
        {
            _model = Text(row, "Model") ?? throw new ArgumentException(
                $"A row of the price table has no Model. -Price requires rows with Model and any of {string.Join(", ", Columns)}: -Price (Import-Csv prices.csv).");
            _pattern = WildcardPattern.Get(_model, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
            Currency = Text(row, "Currency");
            foreach (string column in Columns)
            {
                if (Text(row, column) is string price)
                {
                    _prices[column] = decimal.TryParse(price, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) && number >= 0
                        ? number
                        : throw new ArgumentException($"In the price table, {column} of '{_model}' is '{price}', which is not a price. Use a number such as 0.25.");
                }
            }
        }

        public string? Currency { get; }

        /// <summary>A name without wildcards is the most specific, then the longest pattern.</summary>
        public int Closeness => WildcardPattern.ContainsWildcardCharacters(_model) ? _model.Length : int.MaxValue;

        public decimal? this[string column] => _prices.TryGetValue(column, out decimal price) ? price : null;

        public bool Fits(string model) => _pattern.IsMatch(model);

        private static string? Text(PSObject row, string name)
        {
            object? value = row.BaseObject is System.Collections.IDictionary fields ? fields[name] : row.Properties[name]?.Value;
            string? text = Convert.ToString(PlainValue.Base(value), CultureInfo.InvariantCulture)?.Trim();
            return string.IsNullOrEmpty(text) ? null : text;
        }
    }
}
