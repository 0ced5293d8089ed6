/*
 * Preloaded under a node: logs what reaches the disk and what is promised to clients, in the order in which it happens,
 * and injects disk faults. One line per event, appended by one write to SHIM_LOG, so the order of the lines is the
 * order of the events:
 *
 *   commit FILE QID    a COMMIT record was written (logged after the write)
 *   begin FILE SIZE    a force begins; what is below SIZE has been written
 *   forced FILE SIZE   that force succeeded (logged after it)
 *   failed FILE        a force or a write was made to fail
 *   reply QID          "250 2.0.0 Ok: queued as QID" is about to be sent
 *
 * SHIM_EIO_AT=n fails the nth force of a segment, SHIM_ENOSPC_AT=n the nth write to one; SHIM_SHORT=n writes at most
 * n octets at a time. Calls go to the kernel directly.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { OTHER, SEGMENT, SOCKET };

static const char QUEUED[] = "250 2.0.0 Ok: queued as ";
static const size_t HEADER = 44, TYPE_AT = 4, ID_AT = 20, ID_LENGTH = 16;
static const char COMMIT = 3;

static int log_fd = -1;
static long eio_at, enospc_at, short_write;
static atomic_long forces, writes;

static long setting(const char *name) {
    const char *value = getenv(name);
    return value ? atol(value) : 0;
}

__attribute__((constructor)) static void start(void) {
    const char *path = getenv("SHIM_LOG");
    if (path) {
        log_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    }
    eio_at = setting("SHIM_EIO_AT");
    enospc_at = setting("SHIM_ENOSPC_AT");
    short_write = setting("SHIM_SHORT");
}

static void event(const char *format, ...) {
    char line[512];
    va_list arguments;
    int saved = errno;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (length <= 0 || length >= (int) sizeof line || syscall(SYS_write, log_fd, line, length) != length) {
        abort(); /* a proof with a hole in it proves nothing */
    }
    errno = saved;
}

static enum kind kind_of(int fd, char *name, size_t size) {
    char link[64], target[4096];
    if (log_fd < 0 || fd == log_fd) {
        return OTHER;
    }
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    int saved = errno;
    ssize_t length = readlink(link, target, sizeof target - 1);
    errno = saved;
    if (length < 0) {
        return OTHER;
    }
    target[length] = 0;
    if (!strncmp(target, "socket:", 7)) {
        return SOCKET;
    }
    if (length < 8 || strcmp(target + length - 8, ".segment")) {
        return OTHER;
    }
    snprintf(name, size, "%s", strrchr(target, '/') + 1);
    return SEGMENT;
}

static void note_commits(const char *name, const char *data, size_t length) {
    for (size_t i = 0; i + HEADER <= length; i++) {
        if (!memcmp(data + i, "MVR1", 4) && data[i + TYPE_AT] == COMMIT) {
            event("commit %s %.*s\n", name, (int) ID_LENGTH, data + i + ID_AT);
        }
    }
}

static void note_reply(const void *data, size_t length) {
    const char *at = memmem(data, length, QUEUED, sizeof QUEUED - 1);
    while (at) {
        at += sizeof QUEUED - 1;
        size_t left = length - (size_t) (at - (const char *) data);
        event("reply %.*s\n", (int) (left < ID_LENGTH ? left : ID_LENGTH), at);
        at = memmem(at, left, QUEUED, sizeof QUEUED - 1);
    }
}

/* Counts a write to a segment; true if this one is to fail. */
static int no_space(const char *name) {
    if (atomic_fetch_add(&writes, 1) + 1 != enospc_at) {
        return 0;
    }
    event("failed %s\n", name);
    errno = ENOSPC;
    return 1;
}

static size_t allowed(size_t length) {
    return short_write > 0 && length > (size_t) short_write ? (size_t) short_write : length;
}

static ssize_t put(int fd, const void *data, size_t length, int positioned, off_t offset) {
    char name[256];
    enum kind kind = kind_of(fd, name, sizeof name);
    if (kind == SEGMENT) {
        if (no_space(name)) {
            return -1;
        }
        length = allowed(length);
    } else if (kind == SOCKET) {
        note_reply(data, length);
    }
    ssize_t done = positioned ? syscall(SYS_pwrite64, fd, data, length, offset) : syscall(SYS_write, fd, data, length);
    if (kind == SEGMENT && done > 0) {
        note_commits(name, data, (size_t) done);
    }
    return done;
}

ssize_t write(int fd, const void *data, size_t length) {
    return put(fd, data, length, 0, 0);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off_t offset) {
    return put(fd, data, length, 1, offset);
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) {
    return put(fd, data, length, 1, offset);
}

/* Gathered writes to what is watched become one write of their first part, as the kernel may do too. */
ssize_t writev(int fd, const struct iovec *parts, int count) {
    char name[256];
    int first = 0;
    if (kind_of(fd, name, sizeof name) == OTHER) {
        return syscall(SYS_writev, fd, parts, count);
    }
    while (first < count - 1 && parts[first].iov_len == 0) {
        first++;
    }
    return count > 0 ? put(fd, parts[first].iov_base, parts[first].iov_len, 0, 0) : 0;
}

ssize_t send(int fd, const void *data, size_t length, int flags) {
    char name[256];
    if (kind_of(fd, name, sizeof name) == SOCKET) {
        note_reply(data, length);
    }
    return syscall(SYS_sendto, fd, data, length, flags, NULL, 0);
}

static int force(int fd, long call) {
    char name[256];
    struct stat status;
    if (kind_of(fd, name, sizeof name) != SEGMENT) {
        return (int) syscall(call, fd);
    }
    if (atomic_fetch_add(&forces, 1) + 1 == eio_at) {
        event("failed %s\n", name);
        errno = EIO;
        return -1;
    }
    if (fstat(fd, &status)) {
        abort();
    }
    event("begin %s %lld\n", name, (long long) status.st_size);
    int result = (int) syscall(call, fd);
    if (result == 0) {
        event("forced %s %lld\n", name, (long long) status.st_size);
    }
    return result;
}

int fdatasync(int fd) {
    return force(fd, SYS_fdatasync);
}

int fsync(int fd) {
    return force(fd, SYS_fsync);
}
