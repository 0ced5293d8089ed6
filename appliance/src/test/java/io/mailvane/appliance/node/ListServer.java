package io.mailvane.appliance.node;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Master;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;

/** The name server of a blacklist on loopback (RFC 5782): it lists 127.0.0.2, and what it is told to. It also knows records that it is given. */
public final class ListServer implements AutoCloseable {
    private static final Name ZONE = Name.fromConstantString("bl.test.");
    private static final long TTL = Duration.ofSeconds(1).toSeconds();

    private final DatagramSocket socket;
    private final Set<String> listed = ConcurrentHashMap.newKeySet();

    private final List<Record> records = new CopyOnWriteArrayList<>();

    private ListServer(DatagramSocket socket) {
        this.socket = socket;
    }

    public static ListServer start() throws IOException {
        var server = new ListServer(new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        server.list("127.0.0.2");
        Thread.ofVirtual().name("list-server").start(server::serve);
        return server;
    }

    /** As the configuration writes it. */
    public String address() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    public void list(String ip) {
        listed.add(ip);
    }

    public void delist(String ip) {
        listed.remove(ip);
    }

    /** @param record as in a master file, such as {@code out1.example. 1 A 203.0.113.11} */
    public void know(String record) {
        try (var master = new Master(new ByteArrayInputStream(record.getBytes(StandardCharsets.US_ASCII)), Name.root)) {
            records.add(Objects.requireNonNull(master.nextRecord()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve() {
        var buffer = new byte[4096];
        while (!socket.isClosed()) {
            var packet = new DatagramPacket(buffer, buffer.length);
            try {
                socket.receive(packet);
                var wire = answer(new Message(Arrays.copyOf(packet.getData(), packet.getLength())))
                        .toWire();
                socket.send(new DatagramPacket(wire, wire.length, packet.getSocketAddress()));
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private Message answer(Message query) {
        var question = query.getQuestion().getName();
        var reply = new Message(query.getHeader().getID());
        reply.getHeader().setFlag(Flags.QR);
        reply.getHeader().setFlag(Flags.AA);
        reply.addRecord(query.getQuestion(), Section.QUESTION);
        records.stream()
                .filter(record -> record.getName().equals(question)
                        && record.getType() == query.getQuestion().getType())
                .forEach(record -> reply.addRecord(record, Section.ANSWER));
        if (!reply.getSection(Section.ANSWER).isEmpty()) {
            return reply;
        }
        var labels = question.toString().split("\\.");
        if (labels.length >= 4 && listed.contains(String.join(".", labels[3], labels[2], labels[1], labels[0]))) {
            reply.addRecord(new ARecord(question, DClass.IN, TTL, InetAddress.ofLiteral("127.0.0.2")), Section.ANSWER);
        } else {
            reply.getHeader().setRcode(Rcode.NXDOMAIN);
            reply.addRecord(new SOARecord(ZONE, DClass.IN, TTL, ZONE, ZONE, 1, 2, 3, 4, TTL), Section.AUTHORITY);
        }
        return reply;
    }

    @Override
    public void close() {
        socket.close();
    }
}
