namespace OpenAIStream;

/// <summary>The lanes of a socket, and which of them a frame belongs to. The caller holds the socket's lock, except for <see cref="Heard"/>.</summary>
/// <param name="socket">The socket.</param>
internal sealed class SocketLanes(ResponseSocket socket)
{
    // The limits of the service: responses in progress, and named lanes in the life of a socket.
    private const int MostRunning = 16;
    private const int MostNames = 32;
    private const int MostUnread = 256 * 1024; // small enough to stay in the processor's cache until it is read

    private SocketLane[] _lanes = [new SocketLane(socket, null)]; // replaced as a whole, so that it can be read without the lock
    private int _uses;

    /// <summary>Whether none is in use.</summary>
    public bool AreIdle => Array.TrueForAll(_lanes, static lane => !lane.IsTaken);

    /// <summary>Whether nobody reads what runs on them.</summary>
    public bool AreLeft => Array.TrueForAll(_lanes, static lane => lane.Running?.IsLeft != false);

    /// <summary>Whether an exchange holds a lot of unread data and no reader is waiting for another one.</summary>
    public bool IsFull => Holds(MostUnread);

    /// <summary>The same while reading is paused, with a lower limit, so that reading does not resume for each piece that is taken.</summary>
    public bool IsStillFull => Holds(MostUnread / 2);

    /// <summary>Takes a lane; null if there is none.</summary>
    /// <param name="parentId">The response to continue from; its own lane is preferred.</param>
    /// <param name="mustKnow">Whether only the lane of that response can be used.</param>
    /// <param name="withNames">Whether the server supports lanes, so that several responses can run at once.</param>
    /// <param name="isNamed">Whether it must be a lane with a name.</param>
    public SocketLane? Take(string? parentId, bool mustKnow, bool withNames, bool isNamed)
    {
        if (_lanes.Count(static lane => lane.IsTaken) >= MostRunning || (!withNames && !AreIdle))
        {
            return null;
        }

        var free = _lanes.Where(static lane => !lane.IsTaken).ToList();
        var lane = parentId is null ? null : free.Find(one => one.LastResponseId == parentId);
        if (lane is null && !mustKnow)
        {
            free.RemoveAll(one => one.Name is null ? isNamed : !withNames && !isNamed);
            bool canName = (withNames || isNamed) && _lanes.Length <= MostNames;
            lane = free.Find(static one => one.LastResponseId is null)
                ?? (canName ? NewLane() : free.OrderBy(static one => one.LastUse).FirstOrDefault());
        }

        if (lane is not null)
        {
            lane.IsTaken = true;
            lane.LastUse = ++_uses;
        }

        return lane;
    }

    /// <summary>Passes a frame to its exchange. False if it says that the connection is no longer usable.</summary>
    public bool HandOn(FrameBuffer bytes)
    {
        if (bytes.IsTooLarge)
        {
            var large = bytes.TakeUnfinished(); // its reader reports that it is too large
            foreach (var one in _lanes)
            {
                one.Running?.Add(large, isOwn: true);
            }

            return true;
        }

        var frame = SocketFrame.Read(bytes.Data, _lanes.Length > 1);
        if (LaneOf(frame)?.Running is not SocketExchange exchange)
        {
            return !frame.IsError;
        }

        if (!IsOfEarlier(frame, exchange))
        {
            HandTo(exchange, frame, bytes);
        }

        return true;
    }

    /// <summary>Called without the lock when anything has arrived, even if only a ping.</summary>
    public void Heard()
    {
        // Pings count too: a response may take long, and they show that the server is still there.
        foreach (var lane in _lanes)
        {
            lane.Running?.Call?.Heard();
        }
    }

    /// <summary>Wakes the readers that wait for what has arrived.</summary>
    public void Wake()
    {
        foreach (var lane in _lanes)
        {
            lane.Running?.Wake();
        }
    }

    /// <summary>Ends everything that runs.</summary>
    public void EndAll(Exception? fault)
    {
        foreach (var lane in _lanes)
        {
            lane.Running?.End(fault);
            Free(lane);
        }
    }

    /// <summary>Marks a lane as free.</summary>
    public static void Free(SocketLane lane)
    {
        lane.Running = null;
        lane.IsTaken = false;
    }

    /// <summary>Takes back steering input that was not sent. A response that has ended and waited only for its outcome is over.</summary>
    public static void ForgetSteer(SocketExchange exchange)
    {
        exchange.OpenSteers = Math.Max(0, exchange.OpenSteers - 1);
        if (exchange is { HasEnded: true, OpenSteers: 0, IsOver: false })
        {
            End(exchange, exchange.ResponseId, null);
        }
    }

    private bool Holds(int much)
    {
        bool holds = false;
        foreach (var lane in _lanes)
        {
            if (lane.Running is { } running)
            {
                if (running.IsWaitedFor)
                {
                    return false;
                }

                holds |= running.Unread > much;
            }
        }

        return holds;
    }

    private SocketLane NewLane()
    {
        var lane = new SocketLane(socket, FormattableString.Invariant($"lane-{_lanes.Length}"));
        _lanes = [.. _lanes, lane];
        return lane;
    }

    /// <summary>The lane of a frame. A frame without a name belongs to the default lane; if the server does not support lanes, to the only one that runs.</summary>
    private SocketLane? LaneOf(in SocketFrame frame)
    {
        SocketLane? only = null;
        int running = 0;
        foreach (var lane in _lanes)
        {
            if (lane.Running is { IsOver: false })
            {
                if (lane.Name == frame.Lane)
                {
                    return lane;
                }

                only = lane;
                running++;
            }
        }

        return running == 1 && frame.Lane is null ? only : null;
    }

    /// <summary>Whether a frame reports again that the previous response has ended.</summary>
    private static bool IsOfEarlier(in SocketFrame frame, SocketExchange exchange) =>
        frame.IsEnd && frame.ResponseId is not null && frame.ResponseId == exchange.Lane.EarlierId && frame.ResponseId != exchange.ResponseId;

    private static void HandTo(SocketExchange exchange, in SocketFrame frame, FrameBuffer bytes)
    {
        exchange.KnowsLanes = frame.IsError ? exchange.KnowsLanes : frame.Lane is not null;
        bool isRefusal = frame.IsError && exchange.TryRefuse(bytes.Data);
        if (!isRefusal)
        {
            exchange.Add(bytes.Take(out bool isOwn), isOwn);
        }

        if (IsLast(exchange, frame))
        {
            End(exchange, exchange.ResponseId ?? frame.ResponseId, frame.IsError || frame.Type == "response.failed" ? null : frame.ResponseId);
        }
    }

    private static void End(SocketExchange exchange, string? id, string? idToContinueFrom)
    {
        var lane = exchange.Lane;
        Free(lane);
        lane.EarlierId = id;
        lane.LastResponseId = idToContinueFrom;
        exchange.End(null);
    }

    /// <summary>Whether an exchange ends with a frame: a steered response has a successor.</summary>
    private static bool IsLast(SocketExchange exchange, in SocketFrame frame)
    {
        switch (frame.Type)
        {
            case "response.created":
                exchange.ResponseId = frame.ResponseId;
                exchange.OpenSteers = exchange.HasEnded ? 0 : exchange.OpenSteers; // the successor includes the input
                exchange.HasEnded = false;
                return false;
            case "response.steer.failed":
                exchange.OpenSteers = Math.Max(0, exchange.OpenSteers - 1);
                return exchange.HasEnded && exchange.OpenSteers == 0;
            case "response.steer.pending":
                return true; // the caller should continue
            default:
                exchange.HasEnded |= frame.IsEnd;
                return frame.IsEnd && (frame.IsError || exchange.OpenSteers == 0);
        }
    }
}
