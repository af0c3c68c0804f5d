using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using UserSync.Configuration;
using UserSync.Directories;
using UserSync.Expressions;
using UserSync.Receiving.Events;

namespace UserSync.Mapping;

/// <summary>How a source's events become patches of CRM users. Compiled once, safe for concurrent use.</summary>
public sealed class UserMapping
{
    private static readonly IReadOnlyList<MappingProblem> None = [];

    private readonly Expression? user;
    private readonly (FieldRule Rule, int End)[] rules;
    private readonly ProviderRules provider;

    // The paths of the rules and of the user. What is no path ends at no place.
    private readonly PathTree paths;
    private readonly int userEnd;
    private readonly bool isPlain;

    private UserMapping(Expression? user, FindRule? find, FieldRule[] rules, ProviderRules provider)
    {
        this.user = user;
        Find = find;
        this.provider = provider;
        PlainPath?[] plain = [.. rules.Select(rule => rule.Path), user as PlainPath];
        paths = new PathTree(plain);
        isPlain = !plain.Contains(null);
        userEnd = paths.EndOf(rules.Length);
        this.rules = [.. rules.Select((rule, index) => (rule, paths.EndOf(index)))];
    }

    /// <summary>How the user is found; <see langword="null"/> where events say the CRM user's id.</summary>
    public FindRule? Find { get; }

    /// <summary>The CRM behind the account.</summary>
    public string Provider => provider.Name;

    /// <summary>The fields that the CRM wants in every update.</summary>
    public IReadOnlySet<string> Required => provider.Required;

    /// <summary>What the CRM wants in every update and a patch does not carry.</summary>
    /// <param name="patch">The patch.</param>
    public IEnumerable<MappingProblem> MissingIn(UserPatch patch) => provider.MissingIn(patch);

    /// <summary>The headers that the mapping reads.</summary>
    internal IEnumerable<string> Headers => rules.SelectMany(rule => rule.Rule.Headers)
        .Concat(user?.Header is { } header ? [header] : [])
        .Concat(Find?.Headers ?? []);

    /// <summary>Reads the settings <c>user</c>, <c>map</c> and <c>provider</c> of a source, or reports what is wrong with them.</summary>
    internal static UserMapping? Read(Setting source)
    {
        var whom = source.Member("user");
        Expression? user = null;
        var find = whom.IsObject ? FindRule.Read(whom, source.Member("map")) : null;
        var hasUser = find is not null || (!whom.IsObject && whom.TryExpression(
            "Write the expression for the CRM user's id", out user));
        var provider = ProviderRules.Read(source.Member("provider"));
        var map = source.Member("map");
        if (!map.Require("Write { \"email\": expression, … }") || !map.ExpectObject([.. UnifiedFields.Types.Keys]))
        {
            return null;
        }

        var supplied = map.Members().Where(member => UnifiedFields.Types.ContainsKey(member.Name)).ToList();
        if (!map.Members().Any())
        {
            map.Error("no field is mapped", "Write { \"email\": expression, … }");
        }

        provider?.Check(map, [.. supplied.Select(member => member.Name)]);
        var rules = supplied.SelectMany(member => FieldRule.Read(member.Name, UnifiedFields.Types[member.Name], member.Value)).ToArray();
        return hasUser && provider is not null ? new UserMapping(user, find, rules, provider) : null;
    }

    /// <summary>Maps an event. Every problem is reported, not only the first.</summary>
    /// <param name="change">The event.</param>
    public MappedUser Map(ChangeEvent change)
    {
        ArgumentNullException.ThrowIfNull(change);
        var input = isPlain && change.Record is null ? null : change.MappingInput;
        var few = default(FewPlaces);
        Span<JsonElement> reached = paths.Count <= FewPlaces.Count ? few : new JsonElement[paths.Count];
        paths.Follow(input is null ? change.Data : input.Data, reached);

        List<MappingProblem>? problems = null;
        UserSearch? search = null;
        var userId = userEnd >= 0 ? IdIn(reached[userEnd], ref problems) : FindUser(input!, ref problems, out search);
        var fields = new PatchField[rules.Length];
        var count = 0;
        foreach (var (rule, end) in rules)
        {
            if (end >= 0 && rule.Takes(reached[end]))
            {
                fields[count++] = new PatchField(rule.Name, reached[end], rule.Text);
                continue;
            }

            var value = end >= 0 ? rule.Make(reached[end], ref problems) : rule.Make(input!, ref problems);
            if (rule.Spreads(value))
            {
                (fields, count) = rule.Spread(value, fields, count);
            }
            else if (value.ValueKind != JsonValueKind.Undefined)
            {
                fields[count++] = new PatchField(rule.Name, value, rule.Text);
            }
        }

        if (count < fields.Length)
        {
            Array.Resize(ref fields, count);
        }

        return new MappedUser(userId, new UserPatch(fields), problems ?? None) { Search = search };
    }

    /// <summary>Takes only the user from an event; what to write is settled.</summary>
    /// <param name="change">The event.</param>
    /// <param name="fields">What to write.</param>
    internal MappedUser Assign(ChangeEvent change, IReadOnlyList<PatchField> fields)
    {
        List<MappingProblem>? problems = null;
        var userId = FindUser(change.MappingInput, ref problems, out var search);
        return new MappedUser(userId, new UserPatch(fields), problems ?? None) { Search = search };
    }

    /// <summary>Reports fields that the CRM does not take.</summary>
    /// <param name="fields">A setting that names fields.</param>
    internal void CheckTaken(Setting fields) => provider.CheckTaken(
        fields, fields.Members().Select(member => member.Name).Where(UnifiedFields.Types.ContainsKey));

    /// <summary>Makes an event that says something about every field that a plain path reads, for samples.</summary>
    /// <param name="userId">The CRM user's id.</param>
    internal JsonObject Sample(string userId)
    {
        var data = new JsonObject();
        foreach (var (rule, _) in rules)
        {
            rule.Place(data);
        }

        user?.TryPlace(data, userId);
        Find?.Place(data);
        return data;
    }

    private string FindUser(ExpressionInput input, ref List<MappingProblem>? problems, out UserSearch? search)
    {
        search = null;
        if (user is null)
        {
            search = Find!.Search(input, problems ??= []);
            return string.Empty;
        }

        try
        {
            return IdIn(user.Evaluate(input), ref problems);
        }
        catch (ExpressionException exception)
        {
            (problems ??= []).Add(new MappingProblem("user", user.Text, exception.Message));
            return string.Empty;
        }
    }

    private string IdIn(in JsonElement value, ref List<MappingProblem>? problems)
    {
        var kind = value.ValueKind;
        var id = kind == JsonValueKind.String ? value.GetString() : kind == JsonValueKind.Number ? value.GetRawText() : null;
        if (!string.IsNullOrEmpty(id))
        {
            return id;
        }

        var what = kind == JsonValueKind.String ? "an empty text" : kind.Describe();
        (problems ??= []).Add(new MappingProblem("user", user!.Text, $"gave {what} where the CRM user's id is expected"));
        return string.Empty;
    }

    /// <summary>Room for as many places as nearly all mappings have.</summary>
    [InlineArray(Count)]
    private struct FewPlaces
    {
        internal const int Count = 16;

        private JsonElement first;
    }
}
