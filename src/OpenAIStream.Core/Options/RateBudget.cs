namespace OpenAIStream;

/// <summary>
/// One limit of a service, by what its responses say and what was sent since. Services differ: with some, the limit fills all
/// the time, with others all at once when a window ends. Which one it is shows: where it fills all the time, the time until it
/// is full is in proportion to what is missing. Times are seconds on the gate's clock. Not for several threads at once.
/// </summary>
/// <param name="ratio">What a unit of weight is counted as by the service, to begin with.</param>
/// <param name="learns">Whether the service tells that better: for tokens, whose number is a guess before they are sent.</param>
internal sealed class RateBudget(double ratio, bool learns)
{
    private const double Cushion = 0.02;    // of the limit: requests overtake each other on their way
    private const double Telling = 0.02;    // of the limit: what has to be missing before the time to full says something
    private const double Unlike = 1.5;      // two rates that differ by that much are none
    private const double Haste = 20;        // times the limit's own rate: of what is sent at once nobody knows in which order it arrives
    private const double Forgetting = 0.95; // what an older part of the measured ratio counts beside a newer one
    private const double Slack = 0.005;     // of a window: requests do not take equally long on their way
    private const int MostRefused = 256;
    private const double LeastRatio = 0.01;
    private const double MostRatio = 20;

    private readonly List<(double Sent, double Weight)> _refused = []; // the last ones
    private double _ratio = ratio;
    private double _sent;      // weight, in all
    private double _limit;     // 0: not known
    private double _left;      // by the last response that counts, or by a window's beginning
    private double _leftSent;  // what had been sent by then
    private double _leftAt;    // when that was
    private double _toldSent;  // what had been sent up to the last request whose response has come
    private double _begunAt;   // when the window began, as far as that is known
    private double _fullAt;    // when all is there again
    private double _window = 1; // the longest time until then that was told, in seconds
    private double _refill;    // a second; 0 where the limit fills all at once
    private double _knownMissing;
    private double _knownRate;
    private (double Left, double Sent, double SentAt) _learned; // the response before
    private double _counted;   // by the service, for _weighed; both fade
    private double _weighed;
    private double _notBefore;
    private bool _isConfirmed = true; // whether a response has confirmed that a window has ended

    /// <summary>How long to wait before something is sent; 0 when it may be sent now.</summary>
    public double Wait(double weight, double now)
    {
        double cost = weight * _ratio;
        if (_limit == 0 || cost > _limit)
        {
            return 0; // what is above the limit is refused whenever it is sent, and must not stop the others
        }

        Roll(now);
        double needed = Math.Min(_limit, cost + (Cushion * _limit)) - Available(now);
        return needed <= 0 ? Math.Max(0, _notBefore - now)
            : _refill > 0 ? needed / _refill
            : Math.Max(0.001, WindowEnd - now);
    }

    /// <summary>Something is sent. Returns what has been sent in all, by which a response to it is known.</summary>
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

    /// <summary>What a response says.</summary>
    /// <param name="told">The limit in its headers.</param>
    /// <param name="weight">What its request weighed.</param>
    /// <param name="sent">What had been sent up to it, itself included.</param>
    /// <param name="sentAt">When its request was sent.</param>
    /// <param name="isRefused">Whether the request was refused, and counted as nothing.</param>
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

        // A request that was overtaken says nothing new, nor does one of a window that is over.
        if (sent <= _toldSent || (_refill == 0 && sentAt < _begunAt))
        {
            return;
        }

        // Told when the request was taken, which was after it was sent: the latest is the nearest to the truth. Should a service
        // tell it with the answer it is too early, which costs the one request after the end of a window that is refused.
        double fullAt = sentAt + reset.TotalSeconds;
        _fullAt = isSameLimit ? Math.Max(_fullAt, fullAt) : fullAt;
        (_left, _leftSent, _leftAt) = (left, sent, sentAt);
        _toldSent = sent;
        _notBefore = _isConfirmed ? _notBefore : 0;
        _isConfirmed = true;
    }

    private double WindowEnd => _fullAt + (Slack * _window);

    private double Available(double now) => Math.Min(_limit, _left + (_refill * Math.Max(0, now - _leftAt))) - (Counted(_leftSent, _sent) * _ratio);

    /// <summary>What was sent meanwhile, without what the service has refused.</summary>
    private double Counted(double from, double to)
    {
        double counted = to - from;
        foreach (var (sent, weight) in _refused)
        {
            counted -= sent > from && sent <= to ? weight : 0;
        }

        return counted;
    }

    /// <summary>Begins another window where one has ended. Until a response confirms it, requests are spread over it: the end may not be quite there.</summary>
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

    /// <summary>Learns from two responses, in whatever order they come, what the service has counted between them.</summary>
    private void LearnRatio(double left, double sent, double sentAt)
    {
        var (earlier, later) = (_learned, (left, sent, sentAt));
        _learned = later;
        if (earlier.Sent == 0 || (_refill == 0 ? earlier.SentAt < _begunAt : Math.Max(earlier.Left, left) > (1 - Telling) * _limit))
        {
            return; // another window, or one that is full and fills no more
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
