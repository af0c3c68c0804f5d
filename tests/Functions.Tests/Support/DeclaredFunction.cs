using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace Functions.Tests.Support;

/// <summary>A function as its attributes declare it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Method">The method.</param>
/// <param name="Http">The HTTP trigger, where it has one.</param>
/// <param name="Queue">The queue trigger, where it has one.</param>
/// <param name="Timer">The timer trigger, where it has one.</param>
internal sealed record DeclaredFunction(
    string Name, MethodInfo Method, HttpTriggerAttribute? Http, QueueTriggerAttribute? Queue, TimerTriggerAttribute? Timer)
{
    /// <summary>Every function of the app.</summary>
    internal static readonly IReadOnlyList<DeclaredFunction> All =
    [
        .. from type in typeof(WebhookFunctions).Assembly.GetTypes()
           where type.Namespace == typeof(WebhookFunctions).Namespace
           from method in type.GetMethods()
           let function = method.GetCustomAttribute<FunctionAttribute>()
           where function is not null
           orderby function.Name
           select new DeclaredFunction(
               function.Name,
               method,
               TriggerOf<HttpTriggerAttribute>(method),
               TriggerOf<QueueTriggerAttribute>(method),
               TriggerOf<TimerTriggerAttribute>(method)),
    ];

    /// <summary>In words, as the docs have it.</summary>
    internal string Trigger =>
        Http is not null ? string.Join(", ", Http.Methods!.Select(method => method.ToUpperInvariant())) + $" api/{Http.Route}"
        : Queue is not null ? $"queue {Queue.QueueName}"
        : $"timer {Timer!.Schedule}";

    /// <summary>Who may call it, as the docs have it.</summary>
    internal string Access => Http?.AuthLevel switch
    {
        null => string.Empty,
        AuthorizationLevel.Anonymous => "anybody",
        { } level => level.ToString().ToLowerInvariant() + " key",
    };

    public override string ToString() => Name;

    private static T? TriggerOf<T>(MethodInfo method)
        where T : Attribute => method.GetParameters()
            .Select(parameter => parameter.GetCustomAttribute<T>())
            .SingleOrDefault(attribute => attribute is not null);
}
