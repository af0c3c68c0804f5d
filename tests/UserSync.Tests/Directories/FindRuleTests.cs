using UserSync.Directories;
using UserSync.Tests.Support;

namespace UserSync.Tests.Directories;

/// <summary>What is wrong with the settings of finding, and that it is said clearly.</summary>
public sealed class FindRuleTests
{
    [Theory]
    [InlineData("""{ "find": { "email": "email" } }""")]
    [InlineData("""{ "find": { "name": "name" }, "key": "id", "missing": "skip" }""")]
    [InlineData("""{ "find": { "remote_data.EmployeeNumber": "number" }, "missing": "fail" }""")]
    [InlineData("""{ "find": { "email": "email" }, "missing": "create" }""")]
    [InlineData("""{ "key": "id", "links": "people" }""")]
    [InlineData("""{ "find": { "email": "email" }, "key": "header:X-Person", "links": "people" }""")]
    public async Task Good_settings_have_no_finding_and_validate(string user)
    {
        var json = TestSource.With($$"""{ "user": {{user}} }""");

        Assert.Empty(TestSource.Read(json).Findings);
        Assert.Empty(await Schemas.SourceErrorsAsync(json));
    }

    [Theory]
    [InlineData("{}", "$.user.find: nothing says how the user is found. Write { \"find\": { \"email\": expression } }.")]
    [InlineData("""{ "find": "email" }""", "$.user.find: it does not name one field. Write { \"find\": { \"email\": expression } }.")]
    [InlineData("""{ "find": { "email": "a", "name": "b" } }""", "$.user.find: it does not name one field. Write { \"find\": { \"email\": expression } }.")]
    [InlineData("""{ "find": { "e-mail": "a" } }""", "$.user.find['e-mail']: users cannot be found by \"e-mail\". Did you mean \"email\"?")]
    [InlineData("""{ "find": { "first_name": "a" } }""", "$.user.find.first_name: users cannot be found by \"first_name\". Write email, name, or remote_data. and a key of the CRM's own record.")]
    [InlineData("""{ "find": { "email": "a" }, "mising": "skip" }""", "$.user.mising: \"mising\" is not a setting. Did you mean \"missing\"?")]
    [InlineData("""{ "find": { "email": "a" }, "missing": "skipp" }""", "$.user.missing: \"skipp\" is not known here. Did you mean \"skip\"? It can be fail, skip or create.")]
    [InlineData("""{ "find": { "email": "a" }, "links": "people" }""", "$.user.key: it is missing, and \"links\" says who a person is by it. Write the expression for the source's own id of the person.")]
    [InlineData("""{ "find": { "email": "a" }, "key": "id", "links": "../people" }""", "$.user.links: it is not the name of a table of links. Write lower-case letters, digits and dashes, without folder and .csv.")]
    [InlineData("""{ "key": "id", "links": "people", "missing": "create" }""", "$.user.missing: nobody can be created who is not looked for in the CRM. Write { \"find\": { \"email\": expression } } as well, or remove it.")]
    [InlineData("""{ "find": { "name": "a" }, "missing": "create" }""", "$.map: a user who is created would not have the name by which it is looked for. Map name, or let \"missing\" be \"skip\" or \"fail\".")]
    public void Each_mistake_has_its_message(string user, string message) =>
        Assert.Equal([$"{TestSource.File} {message}"], TestSource.Read(TestSource.With($$"""{ "user": {{user}} }""")).Findings.Select(finding => finding.ToString()));

    [Fact]
    public void With_fetch_the_expressions_look_into_the_event_and_the_record_and_words_are_no_expressions()
    {
        var good = TestFetch.Changes(source: """{ "user": { "find": { "email": "record.mail" }, "key": "event.id", "missing": "skip" } }""");
        var bad = TestFetch.Changes(source: """{ "user": { "find": { "email": "mail" }, "key": "event.id" } }""");

        Assert.Empty(TestSource.Read(TestSource.With(good)).Findings);
        Assert.StartsWith("test.json $.user.find.email:", Assert.Single(TestSource.Read(TestSource.With(bad)).Findings).ToString());
    }

    [Theory]
    [InlineData("", "$: the file is empty. Write a table with the header source_id,crm_id.")]
    [InlineData("person,crm\np1,1\n", "line 1: it is not the header. Write source_id,crm_id into the first line.")]
    [InlineData("source_id,crm_id\np1,1\np2\n", "line 3: it has 1 fields. Write the source's id, a comma, and the CRM's id.")]
    [InlineData("source_id,crm_id\np1,1,x\n", "line 2: it has 3 fields. Write the source's id, a comma, and the CRM's id.")]
    [InlineData("source_id,crm_id\np1,\n", "line 2: an id is empty, or longer than 2048 characters. Write both ids, or remove the line.")]
    [InlineData("source_id,crm_id\n\"p1\"x,1\n", "line 2: its quotes do not match. Put ids with commas or quotes into quotes, and double the quotes in them.")]
    [InlineData("source_id,crm_id\np1,1\np2,2\np1,3\n", "line 4: its source_id stands in line 2 already. Keep one of them.")]
    public void A_mistake_in_a_table_of_links_is_told_with_its_line_and_the_source_does_not_run(string csv, string message)
    {
        using var folder = WithLinks(csv);

        var catalog = folder.Load();

        Assert.Equal($"{folder.Name}{Path.DirectorySeparatorChar}links{Path.DirectorySeparatorChar}people.csv {message}", Assert.Single(catalog.Findings).ToString());
        Assert.Null(catalog.Find("test"));
        Assert.True(catalog.IsBroken("test"));
    }

    [Fact]
    public void A_table_of_links_that_is_not_there_is_an_error()
    {
        using var folder = new Folder();
        folder.With("test.json", TestSource.With("""{ "user": { "key": "id", "links": "people" } }"""));

        Assert.EndsWith("people.csv $: there is no such file. Write a table with the header source_id,crm_id.", Assert.Single(folder.Load().Findings).ToString());
    }

    [Fact]
    public void A_table_of_links_that_is_not_UTF_8_is_an_error()
    {
        using var folder = WithLinks("source_id,crm_id\n");
        folder.With(Path.Combine("links", "people.csv"), [.. "source_id,crm_id\np"u8, 0xff, .. ",1\n"u8]);

        Assert.EndsWith("$: the file is not UTF-8 text. Save it as UTF-8.", Assert.Single(folder.Load().Findings).ToString());
    }

    [Fact]
    public void A_table_of_links_that_is_too_large_is_not_read()
    {
        using var folder = WithLinks("source_id,crm_id\n");
        using (var file = File.OpenWrite(Path.Combine(folder.Path, LinkTable.FolderName, "people.csv")))
        {
            file.SetLength((32 * 1024 * 1024) + 1);
        }

        Assert.EndsWith("$: the file is larger than 32 MiB. Split the source, or leave the links to \"find\".", Assert.Single(folder.Load().Findings).ToString());
    }

    [Fact]
    public void Of_very_many_mistakes_the_first_twenty_are_told()
    {
        using var folder = WithLinks("source_id,crm_id\n" + string.Concat(Enumerable.Repeat("x\n", 50)));

        var findings = folder.Load().Findings;

        Assert.Equal(21, findings.Count);
        Assert.EndsWith("30 more lines are wrong. Correct those above first.", findings.Last().ToString());
    }

    [Fact]
    public void A_table_may_have_quotes_blanks_a_byte_order_mark_and_any_line_ends()
    {
        using var folder = WithLinks("\uFEFFsource_id,crm_id\r\n\"p,1\", 1 \r\np2,\"a\"\"b\"\np3,3");

        var links = folder.Load().Find("test")!.Mapping.Find!.Links!;

        Assert.Equal(["1", "a\"b", "3", null], new[] { "p,1", " p2 ", "p3", "P3" }.Select(links.Find));
    }

    [Fact]
    public void A_table_has_so_many_rows_and_no_more()
    {
        using var folder = WithLinks("source_id,crm_id\n" + string.Concat(Enumerable.Range(0, LinkTable.MostRows + 1).Select(i => $"{i},{i}\n")));

        Assert.Contains("more than 200000 rows", Assert.Single(folder.Load().Findings).Problem);
    }

    private static Folder WithLinks(string csv)
    {
        var folder = new Folder();
        Directory.CreateDirectory(Path.Combine(folder.Path, LinkTable.FolderName));
        return folder.With("test.json", TestSource.With("""{ "user": { "key": "id", "links": "people" } }""")).With(Path.Combine(LinkTable.FolderName, "people.csv"), csv);
    }
}
