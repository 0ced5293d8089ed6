package io.mailvane.storage;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Asks a file system what is left of it. The JDK does not tell how many files can be made yet, statvfs(3) does: its structure is the same
 * for every 64-bit Linux. Elsewhere files are not counted.
 */
final class FileSystemSpace {
    private static final int SIZE = 112;
    private static final int FRAGMENT = 8;
    private static final int BLOCKS = 16;
    private static final int BLOCKS_AVAILABLE = 32;
    private static final int FILES = 40;
    private static final int FILES_AVAILABLE = 56;

    private FileSystemSpace() {}

    /** Found when it is first needed, by the thread that asks. */
    private static final class Native {
        private static final boolean KNOWN =
                "Linux".equals(System.getProperty("os.name")) && ValueLayout.ADDRESS.byteSize() == Long.BYTES;
        private static final MethodHandle STATVFS = find();

        @SuppressWarnings("restricted") // The one call of a C function: there is no other way to count inodes.
        private static MethodHandle find() {
            var linker = Linker.nativeLinker();
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("statvfs"),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
        }
    }

    static Space of(Path directory) throws IOException {
        return Native.KNOWN ? ofLinux(directory) : ofJdk(directory);
    }

    private static Space ofJdk(Path directory) throws IOException {
        var store = Files.getFileStore(directory);
        return new Space(store.getUsableSpace(), store.getTotalSpace(), 0, 0);
    }

    private static Space ofLinux(Path directory) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var found = arena.allocate(SIZE, Long.BYTES);
            if (call(arena.allocateFrom(directory.toString()), found) != 0) {
                // It has said that it cannot, and not why: the JDK says that.
                return ofJdk(directory);
            }
            long fragment = at(found, FRAGMENT);
            return new Space(
                    at(found, BLOCKS_AVAILABLE) * fragment,
                    at(found, BLOCKS) * fragment,
                    at(found, FILES_AVAILABLE),
                    at(found, FILES));
        }
    }

    @SuppressWarnings("IllegalCatch")
    private static int call(MemorySegment path, MemorySegment found) {
        try {
            return (int) Native.STATVFS.invokeExact(path, found);
        } catch (Throwable e) {
            throw new IllegalStateException("a call of a C function does not throw", e);
        }
    }

    private static long at(MemorySegment found, int offset) {
        return found.get(ValueLayout.JAVA_LONG, offset);
    }
}
