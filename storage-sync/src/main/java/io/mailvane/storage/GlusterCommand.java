package io.mailvane.storage;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Runs {@code gluster} and reads its XML. The exit status means nothing: it can be 0 beside a failure that {@code opRet} tells. Any
 * number of threads.
 */
record GlusterCommand(GlusterSettings settings) {
    private static final int SHOWN = 200;
    private static final String NO_DOCTYPE = "http://apache.org/xml/features/disallow-doctype-decl";

    /**
     * The answer to a question.
     *
     * @throws IOException if it cannot be run, takes longer than the deadline, says nonsense, or says that it failed
     */
    XmlElement ask(String question) throws IOException {
        var said = run(question, "--xml");
        int begin = said.indexOf("<?xml");
        if (begin < 0) {
            throw new IOException("gluster " + question + " said: " + firstLine(said));
        }
        var answer = parse(said.substring(begin), question);
        var failed = answer.text("opRet").filter(ret -> !ret.equals("0"));
        if (failed.isPresent()) {
            var why = answer.text("opErrstr").filter(text -> !text.isEmpty()).orElse("opRet " + failed.get());
            throw new IOException("gluster " + question + " failed: " + why);
        }
        return answer;
    }

    /** @throws IOException also if it says that it did not do it */
    void order(String order) throws IOException {
        var said = run(order);
        if (!said.contains(" successful")) {
            throw new IOException("gluster " + order + " said: " + firstLine(said));
        }
    }

    private String run(String words, String... options) throws IOException {
        var output = Files.createTempFile("gluster", ".out");
        try {
            var process = start(words, output, options);
            try {
                await(process, words);
            } finally {
                // What it started itself outlives it, and holds what it waits for.
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            return Files.readString(output, StandardCharsets.ISO_8859_1);
        } finally {
            Files.delete(output);
        }
    }

    private Process start(String words, Path output, String... options) throws IOException {
        var command = new ArrayList<>(List.of(settings.program(), "--mode=script"));
        command.addAll(List.of(options));
        command.addAll(List.of(words.split(" ")));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
    }

    private void await(Process process, String words) throws IOException {
        try {
            if (!process.waitFor(settings.deadline().toNanos(), TimeUnit.NANOSECONDS)) {
                throw new IOException("gluster " + words + " took longer than "
                        + settings.deadline().toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("gluster " + words + " was interrupted", e);
        }
    }

    private static XmlElement parse(String text, String question) throws IOException {
        try {
            var factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(NO_DOCTYPE, true);
            var builder = factory.newDocumentBuilder();
            // Else it writes to the terminal what it throws as well.
            builder.setErrorHandler(new DefaultHandler());
            var octets = new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
            return new XmlElement(builder.parse(octets).getDocumentElement());
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("the JDK has no parser for XML", e);
        } catch (SAXException e) {
            throw new IOException("gluster " + question + " said what is no XML: " + e.getMessage(), e);
        }
    }

    private static String firstLine(String said) {
        var line = said.strip().lines().findFirst().orElse("nothing");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN);
    }

    /** Of the answer. */
    record XmlElement(Element element) {
        /** Those of that name, anywhere within, in their order. */
        List<XmlElement> all(String name) {
            var nodes = element.getElementsByTagName(name);
            var found = new ArrayList<XmlElement>();
            for (int i = 0; i < nodes.getLength(); i++) {
                found.add(new XmlElement((Element) nodes.item(i)));
            }
            return found;
        }

        /** What the first of that name says. */
        Optional<String> text(String name) {
            return all(name).stream()
                    .findFirst()
                    .map(found -> found.element.getTextContent().strip());
        }
    }
}
