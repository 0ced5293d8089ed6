package io.mailvane.outbound;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** A name server on loopback, UDP and TCP, that knows what it was told. */
final class ScriptedDns implements AutoCloseable {
    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final List<Record> records = new CopyOnWriteArrayList<>();
    private final Map<String, Trouble> troubles = new HashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    /** How a question is answered that is not. */
    enum Trouble {
        SERVFAIL,
        REFUSED,
        SILENCE,
        TRUNCATED
    }

    private ScriptedDns() throws IOException {
        tcp = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        udp = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), tcp.getLocalPort()));
        Thread.ofPlatform().daemon().name("dns-udp").start(this::serveUdp);
        Thread.ofPlatform().daemon().name("dns-tcp").start(this::serveTcp);
    }

    /** @param lines as in a zone file: {@code x.example 60 MX 10 mx.x.example} */
    static ScriptedDns knowing(String... lines) {
        try {
            var dns = new ScriptedDns();
            Arrays.stream(lines).forEach(dns::learn);
            return dns;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void learn(String line) {
        var words = line.split(" ", 4);
        try {
            var type = Type.value(words[2]);
            records.add(
                    Record.fromString(name(words[0]), type, DClass.IN, Long.parseLong(words[1]), words[3], Name.root));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ScriptedDns with(String name, String type, Trouble trouble) {
        troubles.put(name + " " + type, trouble);
        return this;
    }

    private static Name name(String text) throws IOException {
        return Name.fromString(text, Name.root);
    }

    /** Questions in the order they came, {@code x.example MX}; over TCP with {@code tcp} behind. */
    List<String> asked() {
        return new ArrayList<>(asked);
    }

    SimpleResolver resolver() {
        var resolver = new SimpleResolver(new InetSocketAddress(InetAddress.getLoopbackAddress(), tcp.getLocalPort()));
        resolver.setTimeout(Duration.ofSeconds(1));
        return resolver;
    }

    private void serveUdp() {
        var octets = new byte[4096];
        while (!udp.isClosed()) {
            try {
                var packet = new DatagramPacket(octets, octets.length);
                udp.receive(packet);
                var question = new Message(Arrays.copyOf(octets, packet.getLength()));
                var trouble = trouble(question);
                if (trouble != Trouble.SILENCE) {
                    var answer = answer(question, trouble).toWire(4096);
                    udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serveTcp() {
        while (!tcp.isClosed()) {
            try (var socket = tcp.accept()) {
                var in = new DataInputStream(socket.getInputStream());
                var octets = new byte[in.readUnsignedShort()];
                in.readFully(octets);
                var question = new Message(octets);
                asked.add(key(question) + " tcp");
                var answer = answer(question, null).toWire();
                var out = new DataOutputStream(socket.getOutputStream());
                out.writeShort(answer.length);
                out.write(answer);
                out.flush();
            } catch (IOException e) {
                asked.add("(lost)");
            }
        }
    }

    private @org.jspecify.annotations.Nullable Trouble trouble(Message question) {
        asked.add(key(question));
        return troubles.get(key(question));
    }

    private static String key(Message message) {
        var question = message.getQuestion();
        return question.getName().toString(true) + " " + Type.string(question.getType());
    }

    private Message answer(Message question, @org.jspecify.annotations.Nullable Trouble trouble) {
        var answer = new Message(question.getHeader().getID());
        answer.getHeader().setOpcode(Opcode.QUERY);
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.RA);
        answer.addRecord(question.getQuestion(), Section.QUESTION);
        if (trouble == Trouble.TRUNCATED) {
            answer.getHeader().setFlag(Flags.TC);
        } else if (trouble == null) {
            fill(answer, question.getQuestion());
        } else {
            answer.getHeader().setRcode(trouble == Trouble.REFUSED ? Rcode.REFUSED : Rcode.SERVFAIL);
        }
        return answer;
    }

    private void fill(Message answer, Record question) {
        var name = question.getName();
        boolean exists = false;
        for (int hops = 0; hops < 20; hops++) {
            var here = name;
            var found = records.stream().filter(r -> r.getName().equals(here)).toList();
            exists |= !found.isEmpty();
            found.stream()
                    .filter(r -> r.getType() == question.getType())
                    .forEach(r -> answer.addRecord(r, Section.ANSWER));
            var alias = found.stream().filter(CNAMERecord.class::isInstance).findFirst();
            if (alias.isEmpty()) {
                exists = !found.isEmpty();
                break;
            }
            answer.addRecord(alias.get(), Section.ANSWER);
            name = ((CNAMERecord) alias.get()).getTarget();
        }
        if (!exists) {
            answer.getHeader().setRcode(Rcode.NXDOMAIN);
        }
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
    }
}
