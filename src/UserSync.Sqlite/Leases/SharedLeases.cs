using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using UserSync.Ledger;

namespace UserSync.Sqlite.Leases;

/// <summary>
/// The leases of all processes of this machine that have the database open, in a file that they share as memory. What is in it survives the
/// death of a process, and nobody waits for the disk. After a loss of power it says nothing: then the database knows that it was open.
/// </summary>
internal sealed unsafe class SharedLeases : IDisposable
{
    // The upper bits of a user's hash say which place is its own, the next ones stand in it.
    private const int PlaceBits = 16;
    private const int PrefixBits = PlaceBits + LeaseWord.UserBits;
    private const int Places = 1 << PlaceBits;

    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private readonly long* words;

    // Those of this process. Only who has a place changes what stands here for it.
    private readonly Lease?[] own = new Lease?[Places];
    private bool isDisposed;

    private SharedLeases(FileStream stream, bool isNew)
    {
        IsNew = isNew;
        file = MemoryMappedFile.CreateFromFile(
            stream, mapName: null, Places * sizeof(long), MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        view = file.CreateViewAccessor();
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        words = (long*)(start + view.PointerOffset);
    }

    /// <summary>Whether there was no such file before.</summary>
    internal bool IsNew { get; }

    /// <summary>Whether nobody is left in it.</summary>
    internal bool IsEmpty
    {
        get
        {
            using var use = Use();
            return !new ReadOnlySpan<long>(words, Places).ContainsAnyExcept(0);
        }
    }

    /// <summary>Opens the file; creates it where there is none, for nobody else to read.</summary>
    /// <param name="path">Its path.</param>
    internal static SharedLeases Open(string path)
    {
        var isNew = !File.Exists(path);
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var stream = new FileStream(path, options);
        try
        {
            return new SharedLeases(stream, isNew);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Takes a lease, where nobody has the user's place.</summary>
    /// <param name="hash">The user's hash.</param>
    /// <param name="lease">The lease.</param>
    /// <returns>What stands in the place instead; none where the lease is taken.</returns>
    internal LeaseWord Take(long hash, Lease lease)
    {
        using var use = Use();
        var (place, user) = PlaceOf(hash);
        var found = new LeaseWord(Interlocked.CompareExchange(ref At(place), LeaseWord.Of(user, lease).Value, 0));
        if (found.IsNone)
        {
            Volatile.Write(ref own[place], lease);
        }

        return found;
    }

    /// <summary>Ends a lease that this process has taken; otherwise nothing happens.</summary>
    /// <param name="hash">The user's hash.</param>
    /// <param name="lease">The lease.</param>
    internal void Release(long hash, Lease lease)
    {
        var (place, user) = PlaceOf(hash);

        // It may have ended by itself, and another process have taken the user since.
        if (Interlocked.CompareExchange(ref own[place], null, lease) == lease)
        {
            Free(hash, LeaseWord.Of(user, lease));
        }
    }

    /// <summary>Who has a user; <see langword="null"/> for nobody.</summary>
    /// <param name="hash">The user's hash.</param>
    internal Lease? Find(long hash)
    {
        using var use = Use();
        var (place, user) = PlaceOf(hash);
        var word = new LeaseWord(Volatile.Read(ref At(place)));
        return word.IsNone || word.User != user ? null : LeaseOf(hash, word);
    }

    /// <summary>The lease that stands in a place.</summary>
    /// <param name="hash">The hash of a user whose place it is.</param>
    /// <param name="word">What stands there.</param>
    internal Lease LeaseOf(long hash, LeaseWord word)
    {
        var mine = Volatile.Read(ref own[PlaceOf(hash).Place]);
        return mine is not null && LeaseWord.Of(word.User, mine) == word ? mine : new Lease("another process", word.Until);
    }

    /// <summary>The least and the greatest hash of the user that stands in a place.</summary>
    /// <param name="hash">The hash of a user whose place it is.</param>
    /// <param name="word">What stands there.</param>
    internal static (long First, long Last) HashesOf(long hash, LeaseWord word) => HashesOf(PlaceOf(hash).Place, word);

    /// <summary>Frees the place of a user, where the same stands there still.</summary>
    /// <param name="hash">The user's hash.</param>
    /// <param name="word">What stood there.</param>
    internal void Free(long hash, LeaseWord word)
    {
        using var use = Use();
        Interlocked.CompareExchange(ref At(PlaceOf(hash).Place), 0, word.Value);
    }

    /// <summary>Those that have ended by themselves, each with the least and the greatest hash that its user may have.</summary>
    /// <param name="now">The time.</param>
    internal List<(long First, long Last, LeaseWord Word)> Abandoned(DateTimeOffset now)
    {
        using var use = Use();
        var abandoned = new List<(long First, long Last, LeaseWord Word)>();
        for (var place = 0; place < Places; place++)
        {
            var word = new LeaseWord(Volatile.Read(ref At(place)));
            if (!word.IsNone && word.Until <= now)
            {
                var (first, last) = HashesOf(place, word);
                abandoned.Add((first, last, word));
            }
        }

        return abandoned;
    }

    /// <summary>Writes everything to the disk, and gives the memory back once nobody looks at it.</summary>
    public void Dispose()
    {
        if (isDisposed)
        {
            return;
        }

        isDisposed = true;
        view.Flush();
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        file.Dispose();
    }

    /// <summary>Keeps the memory where it is, also while this is disposed of.</summary>
    /// <exception cref="ObjectDisposedException">It was.</exception>
    private readonly ref struct Usage
    {
        private readonly SafeHandle handle;

        internal Usage(SafeHandle handle)
        {
            this.handle = handle;
            var isUsed = false;
            handle.DangerousAddRef(ref isUsed);
        }

        public void Dispose() => handle.DangerousRelease();
    }

    private static (long First, long Last) HashesOf(int place, LeaseWord word)
    {
        var first = (((long)place << LeaseWord.UserBits) | word.User) << (LedgerSlot.HashBits - PrefixBits);
        return (first, first | ((1L << (LedgerSlot.HashBits - PrefixBits)) - 1));
    }

    private static (int Place, uint User) PlaceOf(long hash)
    {
        var prefix = hash >> (LedgerSlot.HashBits - PrefixBits);
        return ((int)(prefix >> LeaseWord.UserBits), (uint)(prefix & ((1 << LeaseWord.UserBits) - 1)));
    }

    private Usage Use() => new(view.SafeMemoryMappedViewHandle);

    private ref long At(int place) => ref Unsafe.AsRef<long>(words + place);
}
