namespace OpenAIStream;

/// <summary>A cmdlet whose requests use a model: the default model, the warning about its shutdown, the advice if the service does not have it.</summary>
public abstract partial class ModelCmdlet : InputCmdlet
{
    /// <summary>The default models for this kind of request.</summary>
    private protected virtual DefaultModels Defaults => DefaultModels.Text;

    /// <summary>The model for a request that does not specify one; null if there is none.</summary>
    private protected string? DefaultModel => Defaults.Set(Target) ?? Defaults.Own;

    /// <summary>Ends the cmdlet before anything is sent if a request has no model, and there is no default.</summary>
    private protected void RequireModel(string? model)
    {
        if (model is null && Defaults.Own is null)
        {
            ThrowTerminatingError(Annotate(Errors.ModelMissing(MyInvocation.MyCommand.Name, Defaults, Input)));
        }
    }

    private protected override bool MaySend(Func<RequestOptions, Task> start, string? model = null, string? file = null, object? target = null)
    {
        if (!base.MaySend(start, model, file, target))
        {
            return false;
        }

        Current!.Model = model;
        Announce(model);
        return true;
    }

    /// <summary>Warns if the model will be shut down soon, or has been.</summary>
    private protected void Announce(string? model)
    {
        if (model is not null && Target.Models.AnnounceShutdown(model) is string news)
        {
            WriteWarning(news);
        }
    }

    private protected override string? Advice(ApiException exception) =>
        Current?.Model is string model ? ModelAdvice.For(exception, model, Defaults, isOwn: model == Defaults.Own && !IsGiven("Model") && Defaults.Set(Target) is null) : null;
}
