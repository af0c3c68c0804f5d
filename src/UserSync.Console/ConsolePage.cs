using Microsoft.AspNetCore.Components;

namespace UserSync.Console;

/// <summary>A page, made from what there is to show.</summary>
/// <typeparam name="TModel">What there is to show.</typeparam>
public abstract class ConsolePage<TModel> : ComponentBase
{
    /// <summary>What is around the page.</summary>
    [Parameter]
    [EditorRequired]
    public required ConsoleFrame Frame { get; set; }

    /// <summary>What there is to show.</summary>
    [Parameter]
    [EditorRequired]
    public required TModel Model { get; set; }
}
