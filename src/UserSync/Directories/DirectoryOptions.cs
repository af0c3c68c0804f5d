namespace UserSync.Directories;

/// <summary>How the directories of accounts are read.</summary>
public sealed class DirectoryOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Directory";

    /// <summary>How many users a page is asked for with. The provider may send fewer.</summary>
    public int PageSize { get; set; } = 100;

    /// <summary>
    /// How far apart two readings begin at the least, however many people are missed in between. After a reading that took long, it is
    /// twice as long as that took.
    /// </summary>
    public TimeSpan MissInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often what has changed is read, without anybody being missed, where the provider can say what has changed.</summary>
    public TimeSpan ChangesInterval { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How often everything is read.</summary>
    public TimeSpan FullInterval { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long one event, or the timer, goes on reading before it lets the next one go on.</summary>
    public TimeSpan SliceTime { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a reader has the directory for itself after each page.</summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromMinutes(2);
}
