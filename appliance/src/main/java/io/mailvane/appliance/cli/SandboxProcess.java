package io.mailvane.appliance.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The world around the sample nodes: a program of its own, which ends with whoever started it, by whatever death. */
record SandboxProcess(Process process, Path log) {
    /**
     * Starts it; its log is below the folder.
     *
     * @param launcher the mailvane script
     */
    static SandboxProcess start(String launcher, Path folder) throws IOException {
        var log = Files.createDirectories(folder).resolve("log");
        var process = new ProcessBuilder(launcher, "sandbox", "run", "--attached", "--directory", folder.toString())
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new SandboxProcess(process, log);
    }

    /** Returns when its servers answer. */
    void awaitReady() throws IOException, InterruptedException {
        var line = new BufferedReader(process.inputReader(StandardCharsets.UTF_8)).readLine();
        if (line == null || !line.startsWith("READY ")) {
            throw new CommandException(process.waitFor(), "the sandbox did not start: " + lastWords());
        }
    }

    private String lastWords() throws IOException {
        var lines = Files.readAllLines(log);
        return lines.isEmpty() ? log + " is empty" : lines.getLast();
    }

    /** Ends it, and waits until it is gone. */
    void stop() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
