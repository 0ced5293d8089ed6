package io.mailvane.sandbox;

/**
 * Where a running sandbox is reached, as {@code run/sandbox.json} has it; each address as HOST:PORT.
 *
 * @param contract of the files and commands that other programs use
 */
record Announcement(int contract, long pid, String dns, String blacklist, String mx, String smarthost, String control) {
    String readyLine() {
        return "READY sandbox dns=" + dns + " blacklist=" + blacklist + " mx=" + mx + " smarthost=" + smarthost
                + " control=" + control;
    }
}
