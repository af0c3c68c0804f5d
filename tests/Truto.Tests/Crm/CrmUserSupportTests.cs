using Truto.Crm;

namespace Truto.Tests.Crm;

public sealed class CrmUserSupportTests
{
    [Fact]
    public void The_six_providers_of_the_API_page_are_there() => Assert.Equal(
        ["onepagecrm", "outreach", "pipedrive", "planhat", "salesforce", "wix"],
        CrmUserSupport.Current.Providers.Select(provider => provider.Name));

    [Fact]
    public void Salesforce_requires_three_fields_and_answers_only_remote_data()
    {
        var salesforce = CrmUserSupport.Current.Find("Salesforce")!;

        Assert.Equal(["email", "first_name", "last_name"], salesforce.Required.Order(StringComparer.Ordinal));
        Assert.DoesNotContain("name", salesforce.Accepted);
        Assert.Equal(["remote_data"], salesforce.Answered);
    }

    [Fact]
    public void A_provider_that_the_page_does_not_list_is_unknown() => Assert.Null(CrmUserSupport.Current.Find("hubspot"));
}
