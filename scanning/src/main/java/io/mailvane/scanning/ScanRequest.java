package io.mailvane.scanning;

import java.util.List;

/**
 * What is asked about.
 *
 * @param size octets that {@code content} gives each time
 */
public record ScanRequest(Transaction transaction, long size, Content content) {
    public ScanRequest {
        if (size < 0) {
            throw new IllegalArgumentException("a size is not negative");
        }
    }

    /**
     * What engines are told beside the content.
     *
     * @param qid for the engine's log, so that it can be found beside ours
     * @param helo what the client called itself; empty if it did not
     * @param address the client's address, without brackets; empty for mail of our own
     * @param reversePath without brackets; empty is the null reverse-path
     * @param recipients mailboxes, without brackets
     */
    public record Transaction(String qid, String helo, String address, String reversePath, List<String> recipients) {
        public Transaction {
            recipients = List.copyOf(recipients);
        }
    }
}
