namespace Server.Tests.Deliveries;

/// <summary>The tests that share one server and its clock, and so run one after the other.</summary>
[CollectionDefinition(nameof(DeliveryGroup))]
public sealed class DeliveryGroup : ICollectionFixture<DeliveryWorld>;
