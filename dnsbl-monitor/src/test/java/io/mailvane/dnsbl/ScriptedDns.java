package io.mailvane.dnsbl;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** A DNS server on loopback, UDP and TCP on one port, that answers what it is told to, or misbehaves. */
final class ScriptedDns implements AutoCloseable {
    /** What is said to one question. */
    interface Script {
        /** @return empty: nothing is said */
        Optional<Message> answer(Message query, boolean tcp);
    }

    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final List<Message> asked = new CopyOnWriteArrayList<>();
    private volatile Script script;

    private ScriptedDns(DatagramSocket udp, ServerSocket tcp, Script script) {
        this.udp = udp;
        this.tcp = tcp;
        this.script = script;
    }

    static ScriptedDns start(Script script) throws IOException {
        for (int attempt = 0; ; attempt++) {
            var udp = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try {
                var tcp = new ServerSocket(udp.getLocalPort(), 10, InetAddress.getLoopbackAddress());
                var server = new ScriptedDns(udp, tcp, script);
                Thread.ofVirtual().start(server::serveUdp);
                Thread.ofVirtual().start(server::serveTcp);
                return server;
            } catch (IOException e) {
                udp.close();
                if (attempt == 20) {
                    throw e;
                }
            }
        }
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), udp.getLocalPort());
    }

    void script(Script next) {
        script = next;
    }

    List<Message> asked() {
        return asked;
    }

    private void serveUdp() {
        var buffer = new byte[4096];
        while (!udp.isClosed()) {
            var packet = new DatagramPacket(buffer, buffer.length);
            try {
                udp.receive(packet);
                var query = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
                asked.add(query);
                var answer = script.answer(query, false);
                if (answer.isPresent()) {
                    var wire = answer.get().toWire();
                    udp.send(new DatagramPacket(wire, wire.length, packet.getSocketAddress()));
                }
            } catch (IOException e) {
                if (!udp.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serveTcp() {
        while (!tcp.isClosed()) {
            try (var socket = tcp.accept()) {
                serve(socket);
            } catch (IOException e) {
                if (!tcp.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket socket) throws IOException {
        var in = new DataInputStream(socket.getInputStream());
        var query = new Message(in.readNBytes(in.readUnsignedShort()));
        asked.add(query);
        var answer = script.answer(query, true);
        if (answer.isPresent()) {
            var wire = answer.get().toWire();
            var out = new DataOutputStream(socket.getOutputStream());
            out.writeShort(wire.length);
            out.write(wire);
            out.flush();
        }
    }

    static Message reply(Message query, int rcode, Record... answers) {
        var reply = new Message(query.getHeader().getID());
        reply.getHeader().setFlag(Flags.QR);
        reply.getHeader().setFlag(Flags.AA);
        reply.getHeader().setRcode(rcode);
        reply.addRecord(query.getQuestion(), Section.QUESTION);
        for (var answer : answers) {
            reply.addRecord(answer, Section.ANSWER);
        }
        return reply;
    }

    /** NXDOMAIN, to be kept as long as the SOA says. */
    static Message negative(Message query, Duration ttl) {
        var reply = reply(query, Rcode.NXDOMAIN);
        var zone = name("bl.example.");
        reply.addRecord(
                new SOARecord(zone, DClass.IN, ttl.toSeconds(), zone, zone, 1, 2, 3, 4, ttl.toSeconds()),
                Section.AUTHORITY);
        return reply;
    }

    static Message positive(Message query, Duration ttl, String... codes) {
        var owner = query.getQuestion().getName();
        return reply(
                query,
                Rcode.NOERROR,
                Arrays.stream(codes).map(code -> a(owner, ttl, code)).toArray(Record[]::new));
    }

    static Record a(Name owner, Duration ttl, String address) {
        return new ARecord(owner, DClass.IN, ttl.toSeconds(), InetAddress.ofLiteral(address));
    }

    static Record cname(Name owner, Duration ttl, String target) {
        return new CNAMERecord(owner, DClass.IN, ttl.toSeconds(), name(target));
    }

    static Record ns(String zone, String host) {
        return new NSRecord(name(zone), DClass.IN, 60, name(host));
    }

    static Message text(Message query, String... strings) {
        var owner = query.getQuestion().getName();
        return reply(query, Rcode.NOERROR, new TXTRecord(owner, DClass.IN, 60, List.of(strings)));
    }

    static boolean isFor(Message query, int type) {
        return query.getQuestion().getType() == type;
    }

    static String asked(Message query) {
        return query.getQuestion().getName().toString(true) + " "
                + Type.string(query.getQuestion().getType());
    }

    static Name name(String text) {
        return Name.fromConstantString(text);
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
    }
}
