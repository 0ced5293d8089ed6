package io.mailvane.appliance.web;

import java.io.IOException;
import java.nio.file.Path;

/** A web server in a process of its own, with settings that a JVM reads once. It ends with its standard input. */
final class ChildServer {
    private ChildServer() {}

    public static void main(String[] arguments) throws IOException {
        try (var web = new WebKit(Path.of(arguments[0]))) {
            System.err.println("port " + web.server.address().getPort());
            System.in.transferTo(System.err);
        }
    }
}
