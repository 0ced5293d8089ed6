package io.mailvane.outbound;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

class SmtpTransportIT extends TransportContract {
    private final List<ScriptedPeer> peers = new ArrayList<>();

    @AfterEach
    void closePeers() throws Exception {
        for (var peer : peers) {
            peer.close();
        }
    }

    private Transport to(Answers answers) {
        var peer = ScriptedPeer.of(answers);
        peers.add(peer);
        return kit.transport(peer);
    }

    @Override
    Transport open() {
        return to(Answers.offering("PIPELINING"));
    }

    @Override
    Transport refusing() {
        return to(Answers.offering().to(Answers.GREETING, Answers.RESET));
    }
}
