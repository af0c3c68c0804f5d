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
    private const int Size = LeasePlaces.Count * sizeof(long);

    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private readonly long* words;

    // Those of this process. Only who has a place changes what stands here for it.
    private readonly Lease?[] own = new Lease?[LeasePlaces.Count];
    private bool isDisposed;

    private SharedLeases(FileStream stream, bool isNew)
    {
        IsNew = isNew;
        file = MemoryMappedFile.CreateFromFile(
            stream, mapName: null, Size, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        view = file.CreateViewAccessor();
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        words = (long*)(start + view.PointerOffset);
    }

    /// <summary>Whether there was no such file before, or one that nobody can have used.</summary>
    internal bool IsNew { get; }

    /// <summary>Whether nobody is left in it.</summary>
    internal bool IsEmpty
    {
        get
        {
            using var use = Use();
            return !new ReadOnlySpan<long>(words, LeasePlaces.Count).ContainsAnyExcept(0);
        }
    }

    /// <summary>Opens the file; creates it where there is none, for nobody else to read. Nobody else may be at it meanwhile.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="IOException">It cannot be opened, or there is no room for it on the disk.</exception>
    internal static SharedLeases Open(string path)
    {
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
            // All of it gets its place on the disk now: who writes to memory for which there is none is killed by the system.
            var missing = Size - stream.Length;
            if (missing > 0)
            {
                stream.Seek(0, SeekOrigin.End);
                stream.Write(new byte[missing]);
            }

            return new SharedLeases(stream, isNew: missing > 0);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Takes a lease, where nobody has the user.</summary>
    /// <param name="hash">The user's hash.</param>
    /// <param name="lease">The lease.</param>
    /// <param name="place">Where it stands, or where what is found instead stands.</param>
    /// <returns>What is found instead: the user's lease, or another's where others stand in both places; none where the lease is taken.</returns>
    internal LeaseWord Take(long hash, Lease lease, out int place)
    {
        using var use = Use();
        var places = LeasePlaces.Of(hash);
        place = places.First;
        var found = Take(places.First, LeaseWord.Of(places.User, lease, isInOther: false));
        if (!found.IsNone && found.User != places.User)
        {
            place = places.Other;
            found = Take(places.Other, LeaseWord.Of(places.User, lease, isInOther: true));
        }

        if (!found.IsNone)
        {
            return found;
        }

        // Another may have taken the user in the other place at the same time: of the two, at least the later one sees it here.
        var elsewhere = place == places.First ? places.Other : places.First;
        var rival = new LeaseWord(Volatile.Read(ref At(elsewhere)));
        if (!rival.IsNone && rival.User == places.User)
        {
            Free(place, LeaseWord.Of(places.User, lease, place == places.Other));
            place = elsewhere;
            return rival;
        }

        Volatile.Write(ref own[place], lease);
        return LeaseWord.None;
    }

    /// <summary>Ends a lease that this process has taken; otherwise nothing happens.</summary>
    /// <param name="hash">The user's hash.</param>
    /// <param name="lease">The lease.</param>
    internal void Release(long hash, Lease lease)
    {
        using var use = Use();
        var places = LeasePlaces.Of(hash);

        // It may have ended by itself, and another process have taken the user since.
        if (Interlocked.CompareExchange(ref own[places.First], null, lease) == lease)
        {
            Free(places.First, LeaseWord.Of(places.User, lease, isInOther: false));
        }
        else if (Interlocked.CompareExchange(ref own[places.Other], null, lease) == lease)
        {
            Free(places.Other, LeaseWord.Of(places.User, lease, isInOther: true));
        }
    }

    /// <summary>Who has a user; <see langword="null"/> for nobody.</summary>
    /// <param name="hash">The user's hash.</param>
    internal Lease? Find(long hash)
    {
        using var use = Use();
        var places = LeasePlaces.Of(hash);
        return FindAt(places.First, places.User) ?? FindAt(places.Other, places.User);
    }

    /// <summary>The lease that stands in a place.</summary>
    /// <param name="place">The place.</param>
    /// <param name="word">What stands there.</param>
    internal Lease LeaseOf(int place, LeaseWord word)
    {
        var mine = Volatile.Read(ref own[place]);
        return mine is not null && LeaseWord.Of(word.User, mine, word.IsInOther) == word ? mine : new Lease("another process", word.Until);
    }

    /// <summary>Frees a place, where the same stands there still.</summary>
    /// <param name="place">The place.</param>
    /// <param name="word">What stood there.</param>
    internal void Free(int place, LeaseWord word)
    {
        using var use = Use();
        Interlocked.CompareExchange(ref At(place), 0, word.Value);
    }

    /// <summary>Those that have ended by themselves.</summary>
    /// <param name="now">The time.</param>
    internal List<(int Place, LeaseWord Word)> Abandoned(DateTimeOffset now)
    {
        using var use = Use();
        var abandoned = new List<(int Place, LeaseWord Word)>();
        for (var place = 0; place < LeasePlaces.Count; place++)
        {
            var word = new LeaseWord(Volatile.Read(ref At(place)));
            if (!word.IsNone && word.Until <= now)
            {
                abandoned.Add((place, word));
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

    private LeaseWord Take(int place, LeaseWord word) => new(Interlocked.CompareExchange(ref At(place), word.Value, 0));

    private Lease? FindAt(int place, uint user)
    {
        var word = new LeaseWord(Volatile.Read(ref At(place)));
        return word.IsNone || word.User != user ? null : LeaseOf(place, word);
    }

    private Usage Use() => new(view.SafeMemoryMappedViewHandle);

    private ref long At(int place) => ref Unsafe.AsRef<long>(words + place);
}
