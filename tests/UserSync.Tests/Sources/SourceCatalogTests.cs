using System.Text;
using UserSync.Configuration;
using UserSync.Receiving;
using UserSync.Sources;
using UserSync.Tests.Support;

namespace UserSync.Tests.Sources;

public sealed class SourceCatalogTests
{
    [Fact]
    public void Each_good_file_is_a_source_of_its_name()
    {
        using var folder = new Folder().With("b.json", TestSource.Good).With("a-1.json", TestSource.Good).With("notes.txt", "not a source");

        var catalog = folder.Load();

        Assert.Equal(["a-1", "b"], catalog.All.Select(source => source.Name));
        Assert.Equal("b", catalog.Find("b")!.ToString());
        Assert.Null(catalog.Find("B"));
        Assert.Empty(catalog.Findings);
        Assert.Equal(folder.Path, catalog.Folder);
    }

    [Fact]
    public void A_file_with_an_error_is_broken_and_keeps_no_other_from_running()
    {
        using var folder = new Folder().With("good.json", TestSource.Good).With("bad.json", TestSource.With("""{ "account": "x" }"""));

        var catalog = folder.Load();

        Assert.Equal("good", Assert.Single(catalog.All).Name);
        Assert.Null(catalog.Find("bad"));
        Assert.True(catalog.IsBroken("bad"));
        Assert.False(catalog.IsBroken("good"));
        Assert.False(catalog.IsBroken("unknown"));
        Assert.Equal(Path.Combine(folder.Name, "bad.json"), Assert.Single(catalog.Findings).File);
    }

    [Fact]
    public void Mistakes_are_told_in_the_order_of_their_files()
    {
        var bad = TestSource.With("""{ "account": "x" }""");
        using var folder = new Folder().With("c.json", bad).With("a.json", bad).With("d.json", bad).With("b.json", bad);

        var catalog = folder.Load();

        Assert.Equal(["a", "b", "c", "d"], catalog.Broken);
        Assert.Equal(["a.json", "b.json", "c.json", "d.json"], catalog.Findings.Select(finding => Path.GetFileName(finding.File)));
    }

    [Fact]
    public async Task What_is_saved_is_in_the_file_and_in_use()
    {
        using var folder = new Folder().With("a.json", TestSource.Good);
        var catalog = folder.Load();
        var changed = TestSource.With("""{ "acknowledge": { "status": 202 } }""");

        await catalog.SaveAsync(catalog.Find("a")!, changed, CancellationToken.None);

        Assert.Equal(202, catalog.Find("a")!.Acknowledgement.Status);
        Assert.Equal(changed, await catalog.ReadFileAsync(catalog.Find("a")!, CancellationToken.None));
        Assert.Equal(["a.json"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void What_is_tried_is_not_in_use()
    {
        using var folder = new Folder().With("a.json", TestSource.Good);
        var catalog = folder.Load();

        var good = catalog.Compile("a", TestSource.With("""{ "acknowledge": { "status": 202 } }"""));
        var bad = catalog.Compile("a", "{");

        Assert.Equal((202, 200), (good.Source!.Acknowledgement.Status, catalog.Find("a")!.Acknowledgement.Status));
        Assert.Empty(good.Findings);
        Assert.Null(bad.Source);
        Assert.Equal((Path.Combine(folder.Name, "a.json"), "it is not JSON"), (Assert.Single(bad.Findings).File, Assert.Single(bad.Findings).Problem));
    }

    [Theory]
    [InlineData("id,crm\n", false)]
    [InlineData("source_id,crm_id\n5,42\n", true)]
    public void A_source_whose_table_of_links_cannot_be_read_does_not_run(string table, bool isGood)
    {
        using var folder = new Folder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "links"));
        folder.With("a.json", TestSource.With("""{ "user": { "key": "id", "links": "people" } }""")).With(Path.Combine("links", "people.csv"), table);

        var catalog = folder.Load();
        var draft = catalog.Compile("a", TestSource.With("""{ "user": { "key": "id", "links": "people" } }"""));

        Assert.Equal((isGood, !isGood), (catalog.Find("a") is not null, catalog.IsBroken("a")));
        Assert.Equal(isGood, draft.Source is not null);
    }

    [Fact]
    public void Comments_and_trailing_commas_are_taken()
    {
        using var folder = new Folder().With("a.json", TestSource.Good.TrimEnd().TrimEnd('}') + ", /* the sender */ \"id\": \"id\", // its id\n }");

        Assert.NotNull(folder.Load().Find("a"));
    }

    [Theory]
    [InlineData("{", "$ (line 1, column 2)", "it is not JSON", "Correct it where the line and column say")]
    [InlineData("{\n  \"a\" 1\n}", "$ (line 2, column 7)", "it is not JSON", "Correct it where the line and column say")]
    [InlineData("", "$ (line 1, column 1)", "it is not JSON", "Correct it where the line and column say")]
    [InlineData("[]", "$", "an array stands where an object is expected", "Write an object with $schema, description, preset, secrets, reply, publicUrl, account, provider, user, map, truto, verify, handshake, acknowledge, refuse, events, id, type, time, when or fetch")]
    [InlineData("{ \"a\": 1, \"a\": 2 }", "$.a", "it stands here more than once", "Keep one of them")]
    [InlineData("{ \"a\": [{ \"b\": { \"c\": 1, \"c\": 1 } }] }", "$.a[0].b.c", "it stands here more than once", "Keep one of them")]
    public void A_file_that_cannot_be_read_is_broken(string content, string path, string problem, string remedy)
    {
        using var folder = new Folder().With("bad.json", content);

        var catalog = folder.Load();

        Assert.Equal(new Finding(Severity.Error, Path.Combine(folder.Name, "bad.json"), path, problem, remedy), Assert.Single(catalog.Findings));
        Assert.True(catalog.IsBroken("bad"));
    }

    [Fact]
    public void Every_member_that_stands_twice_is_reported()
    {
        using var folder = new Folder().With("bad.json", """{ "a": { "b": 1, "b": 2 }, "c": [{ "d": 1, "d": 2 }, { "e": 1, "e": 2 }], "f": 1, "f": 2 }""");

        Assert.Equal(["$.a.b", "$.c[0].d", "$.c[1].e", "$.f"], folder.Load().Findings.Select(finding => finding.Path));
    }

    [Fact]
    public void A_file_of_more_than_1_MiB_is_broken()
    {
        using var folder = new Folder().With("large.json", TestSource.Good + new string(' ', 1024 * 1024)).With("most.json", TestSource.Good.PadRight(1024 * 1024));

        var finding = Assert.Single(folder.Load().Findings);

        Assert.Equal(("$", "the file is larger than 1 MiB", "Remove what is not a setting"), (finding.Path, finding.Problem, finding.Remedy));
        Assert.True(folder.Load().IsBroken("large"));
        Assert.NotNull(folder.Load().Find("most"));
    }

    [Fact]
    public void A_file_that_is_not_UTF_8_is_broken()
    {
        using var folder = new Folder().With("latin.json", Encoding.Latin1.GetBytes(TestSource.With("""{ "description": "für Ämter" }""").Replace("\\u00FC", "ü", StringComparison.Ordinal)));

        var finding = Assert.Single(folder.Load().Findings);

        Assert.Equal(("$", "the file is not UTF-8 text", "Save it as UTF-8"), (finding.Path, finding.Problem, finding.Remedy));
        Assert.True(folder.Load().IsBroken("latin"));
    }

    [Fact]
    public void A_byte_order_mark_is_passed_over()
    {
        using var folder = new Folder().With("a.json", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(TestSource.Good)]);

        Assert.NotNull(folder.Load().Find("a"));
    }

    [Fact]
    public void Half_a_character_is_no_reason_to_fail()
    {
        using var folder = new Folder().With("a.json", TestSource.Good.Replace("\"email\": \"email\"", "\"email\": \"'\\ud800'\"", StringComparison.Ordinal));

        Assert.NotNull(folder.Load().Find("a"));
    }

    [Fact]
    public void A_file_that_is_nested_too_deep_is_broken()
    {
        using var folder = new Folder().With("deep.json", $$"""{ "a": {{new string('[', 40)}}{{new string(']', 40)}} }""");

        Assert.Equal("it is not JSON", Assert.Single(folder.Load().Findings).Problem);
    }

    [Theory]
    [InlineData("Upper.json")]
    [InlineData("under_score.json")]
    [InlineData("-dash.json")]
    [InlineData("with blank.json")]
    [InlineData("dot.dot.json")]
    [InlineData("ümlaut.json")]
    public void A_name_that_no_address_should_have_is_reported(string file)
    {
        using var folder = new Folder().With(file, TestSource.Good);

        var finding = Assert.Single(folder.Load().Findings);

        Assert.Equal((Path.Combine(folder.Name, file), "$"), (finding.File, finding.Path));
        Assert.Equal("the file's name is the last segment of an address, and this one is not fit for it", finding.Problem);
        Assert.Equal("Rename it: lower-case letters, digits and dashes, at most 63", finding.Remedy);
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void A_name_has_at_most_63_letters(int length, bool isFit)
    {
        using var folder = new Folder().With($"{new string('a', length)}.json", TestSource.Good);

        Assert.Equal(isFit, folder.Load().All.Any());
    }

    [Fact]
    public void A_folder_that_is_not_there_is_reported()
    {
        var path = Path.Combine(Path.GetTempPath(), "usersync-nobody-made-this");

        var finding = Assert.Single(SourceCatalog.Load(path, Jwks.Unused, new ReceivingOptions()).Findings);

        Assert.Equal((path, "$", "there is no such folder", "Create it, or name another one"), (finding.File, finding.Path, finding.Problem, finding.Remedy));
    }

    [Fact]
    public void An_empty_folder_is_no_mistake()
    {
        using var folder = new Folder();

        Assert.Empty(folder.Load().Findings);
        Assert.Empty(folder.Load().All);
    }

    [Fact]
    public void A_file_that_cannot_be_opened_is_broken()
    {
        using var folder = new Folder();
        File.CreateSymbolicLink(Path.Combine(folder.Path, "a.json"), Path.Combine(folder.Path, "nowhere"));

        var finding = Assert.Single(folder.Load().Findings);
        Assert.Equal(("$", "the file cannot be read", "Check its permissions"), (finding.Path, finding.Problem, finding.Remedy));
        Assert.True(folder.Load().IsBroken("a"));
    }
}
