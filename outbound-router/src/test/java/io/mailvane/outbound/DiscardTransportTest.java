package io.mailvane.outbound;

class DiscardTransportTest extends TransportContract {
    @Override
    Transport open() {
        return new DiscardTransport();
    }

    /** Nowhere refuses nothing. */
    @Override
    Transport refusing() {
        return open();
    }

    @Override
    boolean readsContent() {
        return false;
    }
}
