namespace OpenAIStream;

/// <summary>
/// One limit of a service, from what its responses report and what was sent since. Services differ: some refill a limit
/// continuously, others all at once at the end of a window. The responses show which: if a limit is refilled continuously,
/// the time until it is full is proportional to what is missing. Times are seconds on the gate's clock. Not thread-safe.
/// </summary>
/// <param name="ratio">The initial estimate of what the service counts for a unit of weight.</param>
/// <param name="learns">Whether responses correct this estimate: true for tokens, whose number is only estimated before they are sent.</param>
internal sealed class RateBudget(double ratio, bool learns)
{
    private const double Cushion = 0.02;    // part of the limit: requests overtake each other on their way
    private const double Telling = 0.02;    // part of the limit that has to be missing before the time until it is full is meaningful
    private const double Unlike = 1.5;      // two rates that differ by this factor are not rates
    private const double Haste = 20;        // times the limit's own rate: for requests sent at once, the order of arrival is unknown
    private const double Forgetting = 0.95; // the weight of an older part of the measured ratio relative to a newer one
    private const double Slack = 0.005;     // part of a window: requests take different times on their way
    private const int MostRefused = 256;
    private const double LeastRatio = 0.01;
    private const double MostRatio = 20;

    private readonly List<(double Sent, double Weight)> _refused = []; // the most recent ones
    private double _ratio = ratio;
    private double _sent;      // total weight
    private double _limit;     // 0: unknown
    private double _left;      // according to the last response that counts, or the beginning of a window
    private double _leftSent;  // the total sent by then
    private double _leftAt;    // the time of that
    private double _toldSent;  // the total sent up to the last request whose response has arrived
    private double _begunAt;   // when the window began, as far as known
    private double _fullAt;    // when the full limit is available again
    private double _window = 1; // the longest reported time until then, in seconds
    private double _refill;    // per second; 0 if the limit is refilled all at once
    private double _knownMissing;
    private double _knownRate;
    private (double Left, double Sent, double SentAt) _learned; // the previous response
    private double _counted;   // counted by the service, for _weighed; both decay
    private double _weighed;
    private double _notBefore;
    private bool _isConfirmed = true; // whether a response has confirmed that a window has ended

    /// <summary>The delay before something can be sent; 0 if it can be sent now.</summary>
    public double Wait(double weight, double now)
    {
        double cost = weight * _ratio;
        if (_limit == 0 || cost > _limit)
        {
            return 0; // a request above the limit is refused whenever it is sent, and must not stop the others
        }

        Roll(now);
        double needed = Math.Min(_limit, cost + (Cushion * _limit)) - Available(now);
        return needed <= 0 ? Math.Max(0, _notBefore - now)
            : _refill > 0 ? needed / _refill
            : Math.Max(0.001, WindowEnd - now);
    }

    /// <summary>Records that something is sent. Returns the total sent so far, which identifies the response to it.</summary>
    public double Send(double weight, double now)
    {
        _sent += weight;
        if (_limit > 0)
        {
            double rate = _limit / _window * (_isConfirmed ? Haste : 1);
            _notBefore = Math.Max(_notBefore, now) + (weight * _ratio / rate);
        }

        return _sent;
    }

    /// <summary>Learns from a response.</summary>
    /// <param name="told">The limit in its headers.</param>
    /// <param name="weight">The weight of its request.</param>
    /// <param name="sent">The total sent up to and including it.</param>
    /// <param name="sentAt">When its request was sent.</param>
    /// <param name="isRefused">Whether the request was refused and not counted.</param>
    public void Tell(RateLimit? told, double weight, double sent, double sentAt, bool isRefused)
    {
        if (isRefused)
        {
            _refused.Add((sent, weight));
            _refused.RemoveRange(0, Math.Max(0, _refused.Count - MostRefused));
        }

        if (told is not { Limit: > 0 and long limit, Remaining: long remaining, Reset: TimeSpan reset })
        {
            return;
        }

        double left = Math.Min(remaining, limit);
        bool isSameLimit = _limit == limit && _isConfirmed && sentAt < _fullAt;
        _limit = limit;
        _window = Math.Max(_window, reset.TotalSeconds);
        LearnRefill(limit - left, reset.TotalSeconds);
        if (learns && (_refill > 0 || (sentAt >= _begunAt && sentAt < _fullAt)))
        {
            LearnRatio(left, sent, sentAt);
        }

        // A response to a request that was overtaken contains nothing new, nor does one from a window that is over.
        if (sent <= _toldSent || (_refill == 0 && sentAt < _begunAt))
        {
            return;
        }

        // The limit was read when the service accepted the request, which was after it was sent: the latest value is the
        // most accurate. If a service reads it when it responds, this is too early, and one request after the end of a
        // window is refused.
        double fullAt = sentAt + reset.TotalSeconds;
        _fullAt = isSameLimit ? Math.Max(_fullAt, fullAt) : fullAt;
        (_left, _leftSent, _leftAt) = (left, sent, sentAt);
        _toldSent = sent;
        _notBefore = _isConfirmed ? _notBefore : 0;
        _isConfirmed = true;
    }

    private double WindowEnd => _fullAt + (Slack * _window);

    private double Available(double now) => Math.Min(_limit, _left + (_refill * Math.Max(0, now - _leftAt))) - (Counted(_leftSent, _sent) * _ratio);

    /// <summary>What was sent between two totals, without what the service refused.</summary>
    private double Counted(double from, double to)
    {
        double counted = to - from;
        foreach (var (sent, weight) in _refused)
        {
            counted -= sent > from && sent <= to ? weight : 0;
        }

        return counted;
    }

    /// <summary>
    /// Begins a new window after the end of one. Until a response confirms it, requests are spread over it, because the old
    /// window may not have ended yet.
    /// </summary>
    private void Roll(double now)
    {
        if (_refill == 0 && now >= WindowEnd)
        {
            (_left, _leftSent, _leftAt) = (_limit, _sent, now);
            _begunAt = _notBefore = now;
            _fullAt = now + _window;
            _isConfirmed = false;
        }
    }

    private void LearnRefill(double missing, double reset)
    {
        if (missing < Telling * _limit || reset <= 0)
        {
            return;
        }

        double rate = missing / reset;
        if (_knownRate == 0)
        {
            (_knownMissing, _knownRate) = (missing, rate);
            return;
        }

        if (missing >= 2 * _knownMissing || missing <= _knownMissing / 2)
        {
            bool isRate = Math.Max(rate, _knownRate) < Unlike * Math.Min(rate, _knownRate);
            (_knownMissing, _knownRate) = (missing, rate);
            _refill = isRate ? rate : 0;
        }
        else if (_refill > 0)
        {
            _refill = rate;
        }
    }

    /// <summary>Learns from two responses, in whatever order they arrive, what the service has counted between them.</summary>
    private void LearnRatio(double left, double sent, double sentAt)
    {
        var (earlier, later) = (_learned, (left, sent, sentAt));
        _learned = later;
        if (earlier.Sent == 0 || (_refill == 0 ? earlier.SentAt < _begunAt : Math.Max(earlier.Left, left) > (1 - Telling) * _limit))
        {
            return; // another window, or one that is full and no longer refilled
        }

        if (earlier.Sent > later.sent)
        {
            (earlier, later) = (later, earlier);
        }

        double counted = earlier.Left - later.left + (_refill * (later.sentAt - earlier.SentAt));
        double weighed = Counted(earlier.Sent, later.sent);
        _counted = (_counted * Forgetting) + counted;
        _weighed = (_weighed * Forgetting) + weighed;
        if (_weighed > 0)
        {
            _ratio = Math.Max(LeastRatio, Math.Min(MostRatio, _counted / _weighed));
        }
    }
}
