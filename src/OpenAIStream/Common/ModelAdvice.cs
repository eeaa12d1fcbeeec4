using System.Globalization;

namespace OpenAIStream;

/// <summary>What to do if the service does not have the requested model.</summary>
internal static class ModelAdvice
{
    private const string Undeployed = "DeploymentNotFound"; // Azure

    // OpenAI and most others, Groq, Together, Azure.
    private static readonly string[] Codes = ["model_not_found", "model_decommissioned", "model_not_available", "ModelDeprecated", Undeployed];

    private static readonly string[] Words = ["not exist", "not found", "deprecated", "decommissioned", "retired", "shut down"];

    /// <summary>The advice; null if the error is about something else.</summary>
    /// <param name="exception">The error.</param>
    /// <param name="model">The model of the request.</param>
    /// <param name="defaults">The default models for this kind of request.</param>
    /// <param name="isOwn">Whether the model is the default of the module, and nobody has specified it.</param>
    public static string? For(ApiException exception, string model, DefaultModels defaults, bool isOwn)
    {
        if (!IsMissing(exception, model))
        {
            return null;
        }

        string list = exception.Code == Undeployed
            ? "On Azure, the name of a model is the name of a deployment. The page of the resource in the Azure portal lists the deployments."
            : "Get-OpenAIModel lists the models that the service offers.";
        return !isOwn ? $"{list} Specify one with -Model."
            : $"'{model}' is the default of the module. {(defaults.Remark is null ? "" : defaults.Remark + " ")}{list} Specify one with {defaults.Ways}.";
    }

    private static bool IsMissing(ApiException exception, string model) =>
        Array.IndexOf(Codes, exception.Code) >= 0
        || exception is BadRequestException { Param: "model" }
        || (exception is ApiStatusException { StatusCode: 400 or 404 or 410 } && Has(exception.Message, model) && Array.Exists(Words, word => Has(exception.Message, word)));

    private static bool Has(string message, string text) =>
        CultureInfo.InvariantCulture.CompareInfo.IndexOf(message, text, CompareOptions.OrdinalIgnoreCase) >= 0;
}
