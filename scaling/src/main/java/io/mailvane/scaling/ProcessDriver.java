package io.mailvane.scaling;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Workers as processes of this machine. Each is told by {@code --parent} to end with this process, and by {@code --spool}
 * which folder is its own; a variable of its environment makes it known for ours in the table of processes. A worker of a former life scans for
 * nobody: it is killed when this driver opens, for it may be frozen and not notice that its parent has gone.
 */
public final class ProcessDriver implements NodeDriver {
    private static final String SPOOL = "--spool";

    private final Path folder;
    private final Program program;
    private final Map<String, WorkerProcess> workers = new LinkedHashMap<>();

    private ProcessDriver(Path folder, Program program) {
        this.folder = folder;
        this.program = program;
    }

    /**
     * What runs a worker in the foreground.
     *
     * @param command {@code --parent PID --spool FOLDER} is put behind it. Once it is ready it
     *     prints {@code READY worker=PID url=URL}, or {@code LISTENING} instead of that as soon as it can say why it is not
     * @param environment besides, or instead of, what this process has
     */
    public record Program(List<String> command, Map<String, String> environment) {
        public Program {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }
    }

    /**
     * Finds what a former life left behind, and ends it.
     *
     * @param folder of this owner's workers alone; it need not be there
     */
    public static ProcessDriver open(Path folder, Program program) throws DriverException {
        try {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            var driver = new ProcessDriver(folder.toRealPath(), program);
            driver.findFormer();
            return driver;
        } catch (IOException e) {
            throw new DriverException("the folder of workers: " + e, e);
        }
    }

    private void findFormer() throws IOException {
        for (var found : ProcessTable.workers(SPOOL, folder)) {
            var former = WorkerProcess.former(found.id(), folder.resolve(found.id()), found.process());
            former.kill();
            workers.put(found.id(), former);
        }
        try (var left = Files.newDirectoryStream(folder, Files::isDirectory)) {
            for (var each : left) {
                if (!workers.containsKey(each.getFileName().toString())) {
                    WorkerFolder.delete(each);
                }
            }
        }
    }

    @Override
    public void start(String id) throws DriverException {
        if (!Pattern.matches(ID, id)) {
            throw new IllegalArgumentException("no id of a worker: " + id);
        }
        if (!workers.containsKey(id)) {
            workers.put(id, WorkerProcess.start(id, folder.resolve(id), programOf(id)));
        }
    }

    private Program programOf(String id) {
        var whole = new ArrayList<>(program.command());
        whole.addAll(List.of(
                "--parent",
                Long.toString(ProcessHandle.current().pid()),
                SPOOL,
                folder.resolve(id).toString()));
        return new Program(whole, program.environment());
    }

    @Override
    public List<WorkerNode> list() throws DriverException {
        var nodes = new ArrayList<WorkerNode>();
        for (var worker : workers.values()) {
            nodes.add(worker.look());
        }
        return List.copyOf(nodes);
    }

    @Override
    public void drain(String id) {
        var worker = workers.get(id);
        if (worker != null) {
            worker.drain();
        }
    }

    @Override
    public void stop(String id) throws DriverException {
        var worker = workers.get(id);
        if (worker != null) {
            worker.stop();
            workers.remove(id);
        }
    }
}
