package io.mailvane.sandbox;

import io.mailvane.sandbox.NameService.Carrier;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * A client that asks over real sockets and tells all that it got in one line. Behind each question it asks another that is
 * always answered, so that silence is seen without waiting for it.
 */
record DnsQuestions(InetSocketAddress server) {
    private static final int PATIENCE_MILLIS = 30_000;
    private static final int ID = 0x1234;
    private static final int CONTROL_ID = 0x7777;

    /** As {@code NOERROR A 127.0.0.2}, {@code NXDOMAIN soa bl.test.}, {@code silence}, {@code hang-up}. */
    String ask(Carrier carrier, String name, String type) throws IOException {
        var query = query(ID, name, type);
        return carrier == Carrier.UDP ? askByUdp(query) : askByTcp(query);
    }

    String askByUdp(byte[] query) throws IOException {
        try (var socket = new DatagramSocket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            send(socket, query);
            send(socket, query(CONTROL_ID, "localhost", "A"));
            var first = receive(socket);
            return first.getHeader().getID() == CONTROL_ID ? "silence" : told(first);
        }
    }

    /** The answer alone, however long it takes. */
    String await(String name, String type) throws IOException {
        try (var socket = new DatagramSocket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            send(socket, query(ID, name, type));
            return told(receive(socket));
        }
    }

    private void send(DatagramSocket socket, byte[] query) throws IOException {
        socket.send(new DatagramPacket(query, query.length, server));
    }

    private static Message receive(DatagramSocket socket) throws IOException {
        var packet = new DatagramPacket(new byte[65_535], 65_535);
        socket.receive(packet);
        return new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
    }

    String askByTcp(byte[] query) throws IOException {
        try (var socket = new Socket(server.getAddress(), server.getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            for (var one : List.of(query, query(CONTROL_ID, "localhost", "A"))) {
                socket.getOutputStream().write(new byte[] {(byte) (one.length >> 8), (byte) one.length});
                socket.getOutputStream().write(one);
            }
            var in = new DataInputStream(socket.getInputStream());
            var answer = new byte[in.readUnsignedShort()];
            in.readFully(answer);
            var first = new Message(answer);
            return first.getHeader().getID() == CONTROL_ID ? "silence" : told(first);
        } catch (EOFException | SocketException e) {
            return "hang-up";
        }
    }

    static byte[] query(int id, String name, String type) throws IOException {
        var query = new Message(id);
        query.getHeader().setFlag(Flags.RD);
        query.addRecord(
                Record.newRecord(Name.fromString(name, Name.root), Type.value(type), DClass.IN), Section.QUESTION);
        return query.toWire();
    }

    private static String told(Message answer) {
        var told = new ArrayList<String>();
        var header = answer.getHeader();
        told.add(Rcode.string(header.getRcode()));
        if (header.getID() != ID) {
            told.add("id " + Integer.toHexString(header.getID()));
        }
        if (header.getFlag(Flags.TC)) {
            told.add("tc");
        }
        for (var record : answer.getSection(Section.ANSWER)) {
            told.add(Type.string(record.getType()) + " " + record.rdataToString());
        }
        for (var record : answer.getSection(Section.AUTHORITY)) {
            told.add("soa " + record.getName());
        }
        return String.join(" ", told);
    }
}
