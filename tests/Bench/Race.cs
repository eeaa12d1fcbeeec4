namespace OpenAIStream.Bench;

/// <summary>What one contender needed for one unit of work.</summary>
/// <param name="Name">The contender.</param>
/// <param name="Nanoseconds">Processor time per unit, the median of the rounds.</param>
/// <param name="Bytes">Managed memory allocated per unit.</param>
/// <param name="Rounds">The processor time per unit of each round.</param>
internal sealed record Result(string Name, double Nanoseconds, double Bytes, double[] Rounds)
{
    /// <summary>How many times as long as another contender of the same race: the median over the rounds, comparing within each round.</summary>
    public double Over(Result other) => Race.Median([.. Rounds.Zip(other.Rounds, static (one, two) => one / two)]);
}

/// <summary>
/// Measures contenders in turn, round after round: a disturbance of the machine affects all of them, so their ratios stay
/// valid even if their times do not.
/// </summary>
internal sealed class Race(int units, int rounds)
{
    private readonly List<(string Name, Func<long> Run)> _contenders = [];

    /// <param name="name">The contender.</param>
    /// <param name="run">Does the work once and returns what it read, so that none of it can be optimized away.</param>
    public void Add(string name, Func<long> run) => _contenders.Add((name, run));

    public Dictionary<string, Result> Run()
    {
        var times = _contenders.ToDictionary(contender => contender.Name, _ => new List<double>());
        var bytes = new Dictionary<string, double>();
        for (int round = -2; round < rounds; round++)
        {
            foreach (var (name, run) in _contenders)
            {
                GC.Collect();
                long allocated = GC.GetTotalAllocatedBytes(precise: true);
                var start = Environment.CpuUsage.TotalTime;
                if (run() == 0)
                {
                    throw new InvalidOperationException($"{name} read nothing.");
                }

                var elapsed = Environment.CpuUsage.TotalTime - start;
                bytes[name] = (double)(GC.GetTotalAllocatedBytes(precise: true) - allocated) / units;
                if (round >= 0) // the earlier rounds are for the compiler
                {
                    times[name].Add(elapsed.TotalNanoseconds / units);
                }
            }
        }

        return times.ToDictionary(pair => pair.Key, pair => new Result(pair.Key, Median([.. pair.Value]), bytes[pair.Key], [.. pair.Value]));
    }

    public static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
