package io.mailvane.appliance.cli;

import org.slf4j.bridge.SLF4JBridgeHandler;

/** What libraries say by {@code java.util.logging} goes to the log of whatever runs for long; a command is over before it is set up. */
final class LibraryLogs {
    private LibraryLogs() {}

    static void join() {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }
}
