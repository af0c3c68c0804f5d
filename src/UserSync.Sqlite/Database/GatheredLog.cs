using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace UserSync.Sqlite.Database;

/// <summary>
/// The file system as SQLite has it, but for the log: what a commit adds to it, two pieces for each page, is gathered and written with one
/// call when it has to be on the disk. A call of the system costs more than what SQLite does with a page. The structures are those of
/// SQLite's C interface.
/// <para>
/// For the writer alone, whose cache does not spill (<c>cache_spill = OFF</c>): between a write to its log and the flush there is nothing
/// else, neither a read nor a rollback. What a spilled page left here after a rollback would be written over what another process has
/// committed since.
/// </para>
/// </summary>
internal static unsafe class GatheredLog
{
    // What a commit of many events adds, and the most that SQLite writes at once.
    private const int Room = 0x1FFFF;

    private static readonly Lock Gate = new();

    private static FileSystem* Base;
    private static int PartAt;

    // What is done with a log. Made when the first is opened: until then nobody knows what the system does.
    private static Methods* OfLog;

    /// <summary>The name by which a connection asks for it.</summary>
    internal static string Name => "truto-user-sync";

    /// <summary>Makes it known to SQLite. To be called once, before the first connection.</summary>
    internal static void Register()
    {
        Base = (FileSystem*)Native.FindFileSystem(name: null);
        PartAt = (Base->FileSize + sizeof(long) - 1) / sizeof(long) * sizeof(long);
        var own = (FileSystem*)NativeMemory.Alloc((nuint)sizeof(FileSystem));
        *own = *Base;
        own->FileSize = PartAt + sizeof(Part);
        own->Name = Marshal.StringToCoTaskMemUTF8(Name);
        own->Open = &Open;
        SqliteException.ThrowExceptionForRC(Native.RegisterFileSystem((nint)own, isDefault: 0), db: null);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(FileSystem* own, byte* path, OpenFile* file, int flags, int* opened)
    {
        var result = Base->Open(Base, path, file, flags, opened);
        if (result == raw.SQLITE_OK && (flags & raw.SQLITE_OPEN_WAL) != 0)
        {
            *PartOf(file) = new Part { System = file->Methods };
            file->Methods = MethodsOver(file->Methods);
        }

        return result;
    }

    private static Methods* MethodsOver(Methods* ofSystem)
    {
        lock (Gate)
        {
            if (OfLog is null)
            {
                var made = (Methods*)NativeMemory.Alloc((nuint)sizeof(Methods));
                *made = *ofSystem;
                made->Close = &Close;
                made->Write = &Write;
                made->Sync = &Sync;
                OfLog = made;
            }

            return OfLog;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(OpenFile* file, byte* bytes, int count, long offset)
    {
        var part = PartOf(file);
        var follows = offset == part->Offset + part->Length && count <= Room - part->Length;
        if (!follows && Flush(file) is not raw.SQLITE_OK and var failure)
        {
            return failure;
        }

        if (count > Room)
        {
            return part->System->Write(file, bytes, count, offset);
        }

        if (part->Bytes is null)
        {
            part->Bytes = (byte*)NativeMemory.Alloc(Room);
        }

        if (part->Length == 0)
        {
            part->Offset = offset;
        }

        Unsafe.CopyBlockUnaligned(part->Bytes + part->Length, bytes, (uint)count);
        part->Length += count;
        return raw.SQLITE_OK;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(OpenFile* file, int flags) => Flush(file) is not raw.SQLITE_OK and var failure
        ? failure
        : PartOf(file)->System->Sync(file, flags);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(OpenFile* file)
    {
        // What was not flushed was not committed.
        var part = *PartOf(file);
        NativeMemory.Free(part.Bytes);
        file->Methods = part.System;
        return part.System->Close(file);
    }

    /// <summary>Writes what was gathered. What could not be written is gone, and whoever wrote it is told with the commit.</summary>
    private static int Flush(OpenFile* file)
    {
        var part = PartOf(file);
        var length = part->Length;
        part->Length = 0;
        return length == 0 ? raw.SQLITE_OK : part->System->Write(file, part->Bytes, length, part->Offset);
    }

    /// <summary>What is kept of a file, behind what the system keeps of it.</summary>
    private static Part* PartOf(OpenFile* file) => (Part*)((byte*)file + PartAt);

    /// <summary>The part of an open file that is kept here.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Part
    {
        public Methods* System;
        public byte* Bytes;
        public long Offset;
        public int Length;
    }

    /// <summary><c>sqlite3_vfs</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct FileSystem
    {
        public int Version;
        public int FileSize;
        public int MaxPath;
        public nint Next;
        public nint Name;
        public nint Data;
        public delegate* unmanaged[Cdecl]<FileSystem*, byte*, OpenFile*, int, int*, int> Open;
        public Pointers15 Others;
    }

    /// <summary><c>sqlite3_file</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct OpenFile
    {
        public Methods* Methods;
    }

    /// <summary><c>sqlite3_io_methods</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Methods
    {
        public int Version;
        public delegate* unmanaged[Cdecl]<OpenFile*, int> Close;
        public nint Read;
        public delegate* unmanaged[Cdecl]<OpenFile*, byte*, int, long, int> Write;
        public nint Truncate;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, int> Sync;
        public Pointers13 Others;
    }

    [InlineArray(15)]
    private struct Pointers15
    {
        private nint first;
    }

    [InlineArray(13)]
    private struct Pointers13
    {
        private nint first;
    }
}
