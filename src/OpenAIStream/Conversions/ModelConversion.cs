using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>
/// Converts values to models for casts, for parameters of functions and mocks, and for deserialization by the engine. The
/// cmdlets' own parameters have attributes that convert, which proxies and mocks do not have; the types support the same
/// conversions.
/// </summary>
internal static class ModelConversion
{
    /// <summary>Whether the value is of a kind that can be converted to the type; it may still lack what the type needs.</summary>
    public static bool IsPossible(object source, Type type) => PlainValue.Of(source) switch
    {
        null => false,
        var value when type == typeof(ChatMessage[]) => value is ChatCompletion or ChatConversation,
        var value when type == typeof(ChatMessage) => MessageConversion.IsPossible(value),
        CommandInfo or ScriptBlock or JsonModel when type == typeof(ChatTool) => true,
        JsonModel model => model is JsonMap || type.IsInstanceOfType(model),
        string or IDictionary => type == typeof(JsonModel) || !type.IsAbstract,
        _ => false,
    };

    /// <exception cref="PSInvalidCastException">The value does not contain what the type needs.</exception>
    public static object Convert(object source, Type type)
    {
        try
        {
            return PlainValue.Of(source) switch
            {
                JsonModel model when type.IsInstanceOfType(model) => model,
                ChatConversation conversation when type == typeof(ChatMessage[]) => conversation.Messages.ToArray(),
                var value when type == typeof(ChatMessage[]) => OutputMembers.Conversation((ChatCompletion)value!),
                var value when type == typeof(ChatMessage) => MessageConversion.ToMessage(value),
                var value when type == typeof(ChatTool) => ToolTransformationAttribute.ToTool(value, Session),
                var value => ToModel(value, type.IsAbstract ? typeof(JsonMap) : type),
            };
        }
        catch (ArgumentException exception)
        {
            throw new PSInvalidCastException(exception.Message, exception);
        }
    }

    /// <exception cref="ArgumentException">The value does not contain what the type needs.</exception>
    private static JsonModel ToModel(object? value, Type type) => value switch
    {
        string json => type == typeof(AssistantEvent) ? ToEvent((JsonMap)FromText(json, typeof(JsonMap))) : FromText(json, type),
        IDictionary fields => type == typeof(AssistantEvent) ? ToEvent(new JsonMap(fields)) : JsonModel.Create(type, fields),
        JsonModel model => FromText(model.ToJson(), type),
        _ => throw new ArgumentException($"A {type.Name} is created from JSON text, a hashtable or a custom object."),
    };

    private static JsonModel FromText(string json, Type type)
    {
        try
        {
            return json.TrimStart().StartsWith("{", StringComparison.Ordinal)
                ? JsonModel.Create(type, json)
                : throw new ArgumentException($"A {type.Name} is created from JSON text that begins with {{, a hashtable or a custom object.");
        }
        catch (JsonException exception)
        {
            throw new ArgumentException($"The text is not the JSON of a {type.Name}: {exception.Message}", exception);
        }
    }

    /// <summary>An assistants event has its name next to its payload: it is created from the payload, or from both, named event and data.</summary>
    private static AssistantEvent ToEvent(JsonMap fields)
    {
        string[] names = [.. fields.GetFieldNames()];
        string? name = names.FirstOrDefault(static name => name.Equals("event", StringComparison.OrdinalIgnoreCase));
        string? data = names.FirstOrDefault(static name => name.Equals("data", StringComparison.OrdinalIgnoreCase));
        return names.Length == 2 && name is not null && data is not null && fields[data] is JsonMap payload
            ? Named((AssistantEvent)FromText(payload.ToJson(), typeof(AssistantEvent)), fields[name] as string)
            : (AssistantEvent)FromText(fields.ToJson(), typeof(AssistantEvent));
    }

    private static AssistantEvent Named(AssistantEvent assistantEvent, string? name)
    {
        assistantEvent.Event = name;
        return assistantEvent;
    }

    /// <summary>The session in which command names are looked up.</summary>
    private static CommandInvocationIntrinsics Session() => Runspace.DefaultRunspace is not null
        && ScriptBlock.Create("$ExecutionContext").InvokeReturnAsIs() is PSObject { BaseObject: EngineIntrinsics engine }
            ? engine.InvokeCommand
            : throw new ArgumentException("The name of a tool can be looked up only in a PowerShell session. Use ConvertTo-OpenAITool.");
}
