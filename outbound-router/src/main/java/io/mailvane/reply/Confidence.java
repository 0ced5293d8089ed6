package io.mailvane.reply;

/** How sure a class is. */
public enum Confidence {
    LOW,
    MEDIUM,
    HIGH;

    static Confidence ofLetter(String letter) {
        return switch (letter) {
            case "H" -> HIGH;
            case "M" -> MEDIUM;
            case "L" -> LOW;
            default -> throw new IllegalArgumentException("a confidence is H, M or L: " + letter);
        };
    }

    Confidence less() {
        return this == HIGH ? MEDIUM : LOW;
    }
}
