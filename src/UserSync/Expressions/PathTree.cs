using System.Text.Json;

namespace UserSync.Expressions;

/// <summary>Plain paths over the same value that are followed together: what several of them begin with is looked up once.</summary>
internal sealed class PathTree
{
    private readonly int[] ends;
    private readonly Branch root;

    /// <summary>Joins paths.</summary>
    /// <param name="paths">The paths; <see langword="null"/> where something else than a path is asked for.</param>
    internal PathTree(IReadOnlyList<PlainPath?> paths)
    {
        ends = new int[paths.Count];
        Array.Fill(ends, -1);
        root = Grow(default, [.. Enumerable.Range(0, paths.Count).Where(path => paths[path] is not null)], 0, paths!);
    }

    /// <summary>At how many places the paths end.</summary>
    internal int Count { get; private set; }

    /// <summary>The place where a path ends; negative where it is none.</summary>
    /// <param name="path">Its position among the paths.</param>
    internal int EndOf(int path) => ends[path];

    /// <summary>Follows the paths.</summary>
    /// <param name="from">The value.</param>
    /// <param name="reached">Undefined values; gets what is at the places where paths end.</param>
    internal void Follow(JsonElement from, Span<JsonElement> reached)
    {
        if (root.End >= 0)
        {
            reached[root.End] = from;
        }

        if (root.Fork is { } fork)
        {
            Follow(fork, from, reached);
        }
    }

    private static void Follow(Fork fork, JsonElement from, Span<JsonElement> reached)
    {
        switch (from.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (ref readonly var member in fork.Members.AsSpan())
                {
                    if (member.Fork is null)
                    {
                        from.TryGetProperty(member.Step.Name, out reached[member.End]);
                    }
                    else if (from.TryGetProperty(member.Step.Name, out var value))
                    {
                        Go(member, value, reached);
                    }
                }

                break;
            case JsonValueKind.Array:
                foreach (ref readonly var item in fork.Items.AsSpan())
                {
                    if (PathStep.TryTake(from, item.Step.Index, out var value))
                    {
                        Go(item, value, reached);
                    }
                }

                break;
        }
    }

    private static void Go(in Branch branch, JsonElement value, Span<JsonElement> reached)
    {
        if (branch.End >= 0)
        {
            reached[branch.End] = value;
        }

        if (branch.Fork is { } fork)
        {
            Follow(fork, value, reached);
        }
    }

    private Branch Grow(PathStep step, int[] through, int depth, IReadOnlyList<PlainPath> paths)
    {
        var end = -1;
        foreach (var path in through.Where(path => paths[path].Steps.Count == depth))
        {
            end = end < 0 ? Count++ : end;
            ends[path] = end;
        }

        Branch[] next = [.. through.Where(path => paths[path].Steps.Count > depth).GroupBy(path => paths[path].Steps[depth])
            .Select(group => Grow(group.Key, [.. group], depth + 1, paths))];
        return new Branch(step, end, next.Length == 0 ? null : new Fork(next));
    }

    private sealed class Fork(Branch[] next)
    {
        internal readonly Branch[] Members = [.. next.Where(branch => branch.Step.Name is not null)];
        internal readonly Branch[] Items = [.. next.Where(branch => branch.Step.Name is null)];
    }

    private readonly record struct Branch(PathStep Step, int End, Fork? Fork);
}
