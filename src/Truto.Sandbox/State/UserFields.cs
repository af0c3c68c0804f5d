namespace Truto.Sandbox.State;

/// <summary>The fields of Truto's unified user, as a set.</summary>
[Flags]
internal enum UserFields
{
    None = 0,
    Id = 1 << 0,
    CreatedAt = 1 << 1,
    CustomFields = 1 << 2,
    Email = 1 << 3,
    FirstName = 1 << 4,
    IsActive = 1 << 5,
    LastName = 1 << 6,
    Name = 1 << 7,
    RemoteData = 1 << 8,
    UpdatedAt = 1 << 9,
    Urls = 1 << 10,
}
