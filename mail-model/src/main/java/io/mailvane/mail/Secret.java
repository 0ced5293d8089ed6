package io.mailvane.mail;

/** A password or token: whoever logs it by accident shows nothing. Two of the same text are equal. */
public record Secret(String reveal) {
    @Override
    public String toString() {
        return "***";
    }
}
