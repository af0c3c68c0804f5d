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
    private readonly Expression? user;
    private readonly FieldRule[] rules;
    private readonly ProviderRules provider;

    private UserMapping(Expression? user, FindRule? find, FieldRule[] rules, ProviderRules provider)
    {
        this.user = user;
        Find = find;
        this.rules = rules;
        this.provider = provider;
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
    internal IEnumerable<string> Headers => rules.SelectMany(rule => rule.Headers)
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
        var input = change.MappingInput;
        var problems = new List<MappingProblem>();
        var fields = new List<PatchField>(rules.Length);
        var (userId, search) = FindUser(input, problems);
        foreach (var rule in rules)
        {
            rule.Fill(input, fields, problems);
        }

        return new MappedUser(userId, new UserPatch(fields), problems) { Search = search };
    }

    /// <summary>Takes only the user from an event; what to write is settled.</summary>
    /// <param name="change">The event.</param>
    /// <param name="fields">What to write.</param>
    internal MappedUser Assign(ChangeEvent change, IReadOnlyList<PatchField> fields)
    {
        var problems = new List<MappingProblem>();
        var (userId, search) = FindUser(change.MappingInput, problems);
        return new MappedUser(userId, new UserPatch(fields), problems) { Search = search };
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
        foreach (var rule in rules)
        {
            rule.Place(data);
        }

        user?.TryPlace(data, userId);
        Find?.Place(data);
        return data;
    }

    private (string UserId, UserSearch? Search) FindUser(ExpressionInput input, List<MappingProblem> problems) =>
        user is null ? (string.Empty, Find!.Search(input, problems)) : (IdOf(user, input, problems), null);

    private static string IdOf(Expression user, ExpressionInput input, List<MappingProblem> problems)
    {
        JsonElement value;
        try
        {
            value = user.Evaluate(input);
        }
        catch (ExpressionException exception)
        {
            problems.Add(new MappingProblem("user", user.Text, exception.Message));
            return string.Empty;
        }

        if (value.ValueKind is JsonValueKind.String or JsonValueKind.Number && value.AsText() is { Length: > 0 } id)
        {
            return id;
        }

        var what = value.ValueKind == JsonValueKind.String ? "an empty text" : value.Describe();
        problems.Add(new MappingProblem("user", user.Text, $"gave {what} where the CRM user's id is expected"));
        return string.Empty;
    }
}
