namespace OpenAIStream;

/// <summary>A cmdlet whose requests ask a model: which one where none is named, when it is shut down, what to do where the service does not have it.</summary>
public abstract class ModelCmdlet : InputCmdlet
{
    /// <summary>The defaults for requests of this kind.</summary>
    private protected virtual DefaultModels Defaults => DefaultModels.Text;

    /// <summary>The model for a request that names none; null where there is none.</summary>
    private protected string? DefaultModel => Defaults.Set(Target) ?? Defaults.Own;

    /// <summary>Ends the cmdlet before anything is sent where a request has no model, and its kind has no default.</summary>
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
        if (model is not null && Target.Models.AnnounceShutdown(model) is string news)
        {
            WriteWarning(news);
        }

        return true;
    }

    private protected override string? Advice(ApiException exception) =>
        Current?.Model is string model ? ModelAdvice.For(exception, model, Defaults, isOwn: model == Defaults.Own && !IsGiven("Model") && Defaults.Set(Target) is null) : null;
}
