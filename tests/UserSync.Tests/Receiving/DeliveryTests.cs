using UserSync.Tests.Support;

namespace UserSync.Tests.Receiving;

public sealed class DeliveryTests
{
    [Fact]
    public void The_text_of_a_delivery_shows_nothing_that_came_with_it()
    {
        using var delivery = Deliveries.Of("815", [("X-Token", "815")], [("key", "815")], url: "https://hooks.example.com/in?key=815");

        Assert.Equal("POST test (3 bytes)", delivery.ToString());
    }

    [Fact]
    public void A_body_is_parsed_once()
    {
        using var delivery = Deliveries.Of("{}");

        Assert.Same(delivery.Content, delivery.Content);
    }
}
