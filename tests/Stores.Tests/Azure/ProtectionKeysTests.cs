using System.Xml.Linq;
using UserSync.Azure.Storage;

namespace Stores.Tests.Azure;

public sealed class ProtectionKeysTests : AzureTest
{
    public ProtectionKeysTests(AzuriteServer server)
        : base(server)
    {
    }

    [Fact]
    public void What_one_instance_writes_another_reads()
    {
        var one = new ProtectionKeys(Account.Container);
        using var account = Fixture.OpenAccount();
        var other = new ProtectionKeys(account.Container);
        Assert.Empty(one.GetAllElements());

        one.StoreElement(new XElement("key", new XAttribute("id", "1")), "key-1");
        other.StoreElement(new XElement("key", new XAttribute("id", "2")), "key-2");

        Assert.Equal(["1", "2"], one.GetAllElements().Select(key => key.Attribute("id")!.Value).Order());
        Assert.Equal(["1", "2"], other.GetAllElements().Select(key => key.Attribute("id")!.Value).Order());
    }
}
