using System.Management.Automation;

namespace OpenAIStream;

/// <summary>-WhatIf and -Confirm of a cmdlet that sends requests: what would be sent, and where.</summary>
internal sealed class RequestPreview(PSCmdlet cmdlet)
{
    /// <summary>Describes what a call would send. It sends nothing.</summary>
    /// <param name="start">Starts the call.</param>
    /// <param name="options">The options that override the connection.</param>
    /// <exception cref="ApiException">The request cannot be created.</exception>
    public static RequestSending Of(Func<RequestOptions, Task> start, RequestOptions options)
    {
        options.DryRun = true;
        try
        {
            start(options).GetAwaiter().GetResult();
            throw new InvalidOperationException("A request was sent that should only have been described.");
        }
        catch (RequestNotSentException exception)
        {
            return exception.Request;
        }
    }

    /// <summary>Whether a request is shown before it is sent.</summary>
    /// <param name="confirms">Whether -Confirm prompts before requests.</param>
    public bool IsWanted(bool confirms) => IsWhatIf() || (confirms && IsConfirm());

    /// <summary>Shows what would be sent. Returns whether to send it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="model">The model of the request.</param>
    /// <param name="file">The file to which the answer is written.</param>
    public bool Show(RequestSending request, string? model, string? file)
    {
        string size = request.BodyBytes is null or 0 ? "" : $" of {request.BodyBytes} bytes{(model is null ? "" : $", model {model}")}";
        return cmdlet.ShouldProcess(SafeText.OneLine(request.Address.ToString()), SafeText.OneLine($"{request.Method}{size}{(file is null ? "" : $", into '{file}'")}"));
    }

    /// <summary>The same for a batch.</summary>
    /// <param name="request">The request that creates it.</param>
    /// <param name="input">The requests in it.</param>
    public bool Show(RequestSending request, BatchInput input) => cmdlet.ShouldProcess(
        SafeText.OneLine(request.Address.ToString()),
        SafeText.OneLine($"{request.Method} a batch of {input.Count} request{(input.Count == 1 ? "" : "s")}, {input.Bytes} bytes{(input.Model is null ? "" : $", model {input.Model}")}"));

    /// <summary>Whether -WhatIf is in effect.</summary>
    public bool IsWhatIf() => LanguagePrimitives.IsTrue(
        cmdlet.MyInvocation.BoundParameters.TryGetValue("WhatIf", out object? asked) ? asked : cmdlet.GetVariableValue("WhatIfPreference"));

    private bool IsConfirm() => cmdlet.MyInvocation.BoundParameters.TryGetValue("Confirm", out object? asked)
        ? LanguagePrimitives.IsTrue(asked)
        : LanguagePrimitives.TryConvertTo(cmdlet.GetVariableValue("ConfirmPreference"), out ConfirmImpact least) && least is ConfirmImpact.Low or ConfirmImpact.Medium;
}
