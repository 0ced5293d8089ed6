package io.mailvane.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.storage.MountTable.Mount;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountTableTest {
    private static final String TEXT = """
            21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro
            30 21 0:50 / /srv/queue rw,nosuid master:2 shared:9 - fuse.glusterfs zone-a:/queue rw,user_id=0
            31 21 8:17 / /srv/a\\040b rw - xfs /dev/sd\\134b ro,seclabel
            32 21 8:33 / /srv/read ro,noatime - ext4 /dev/sdc rw
            a line of a kernel to come
            33 30 0:51 / /srv/queue rw - tmpfs none rw
            """;

    private static final List<Mount> MOUNTS = List.of(
            new Mount(Path.of("/"), "ext4", "/dev/sda1", false),
            new Mount(Path.of("/srv/queue"), "fuse.glusterfs", "zone-a:/queue", false),
            new Mount(Path.of("/srv/a b"), "xfs", "/dev/sd\\b", true),
            new Mount(Path.of("/srv/read"), "ext4", "/dev/sdc", true),
            new Mount(Path.of("/srv/queue"), "tmpfs", "none", false));

    @Test
    void readsWhatItUnderstands() {
        assertThat(MountTable.parse(TEXT)).isEqualTo(new MountTable(MOUNTS));
    }

    @ParameterizedTest
    @CsvSource({
        "/srv/queue, tmpfs",
        "/srv/queue/zone-a, tmpfs",
        "/srv/queue-b, ext4",
        "/srv/read/x, ext4",
        "/var, ext4",
    })
    void findsTheMountThatAPathLiesOn(Path path, String type) {
        assertThat(MountTable.parse(TEXT).of(path)).map(Mount::type).contains(type);
    }

    @Test
    void readsWhatIsMountedHere() throws Exception {
        assertThat(MountTable.read().of(Path.of("/proc"))).map(Mount::type).contains("proc");
    }
}
