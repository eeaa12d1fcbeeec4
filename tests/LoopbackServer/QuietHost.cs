using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace OpenAIStream.Loopback;

/// <summary>A bare Kestrel host: no configuration, no logging, no limits, and Ctrl+C left to the process it is in.</summary>
internal static class QuietHost
{
    public static WebApplication Build(Action<KestrelServerOptions> listen)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(100));

        // With next to no buffer a flush is over only when the socket has the bytes: a cut or reset after it takes nothing back.
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

    /// <summary>The default lifetime would swallow Ctrl+C and SIGTERM of the whole test process.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
