using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace OpenAIStream.Loopback;

/// <summary>A bare Kestrel host: no configuration, no logging, no limits, and it does not handle Ctrl+C.</summary>
internal static class QuietHost
{
    public static WebApplication Build(Action<KestrelServerOptions> listen)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(100));

        // With almost no buffer, a flush ends only when the socket has the bytes: a later cut or reset takes nothing back.
        builder.WebHost.UseSockets(options => options.MaxWriteBufferSize = 1);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            SetLimits(options);
            listen(options);
        });
        return builder.Build();
    }

    private static void SetLimits(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        options.Limits.MaxRequestBodySize = null;
    }

    /// <summary>The default lifetime would handle Ctrl+C and SIGTERM for the whole test process.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
