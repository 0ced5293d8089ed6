package io.mailvane.appliance.reputation;

import io.mailvane.dnsbl.CellState;
import io.mailvane.dnsbl.Overlay;
import java.util.Locale;

/** How a cell is shown: a sign and a word besides the colour. What is known no more is never shown as clean. */
public enum Look {
    CLEAN("✓", "clean"),
    SUSPECT("◐", "suspect"),
    LISTED("●", "LISTED"),
    CLEARING("◑", "clearing"),
    /** On a list that no receiver refuses mail by. */
    NOTED("○", "listed"),
    UNKNOWN("?", "unknown"),
    REFUSED("⊘", "refused"),
    BLIND("◌", "blind"),
    BROKEN("✕", "list broken"),
    DEAD("†", "list dead"),
    MUTED("◇", "muted"),
    /** The list knows no addresses of this family. */
    NONE("–", "n/a");

    private final String sign;
    private final String word;

    Look(String sign, String word) {
        this.sign = sign;
        this.word = word;
    }

    public String sign() {
        return sign;
    }

    public String word() {
        return word;
    }

    /** Its class in the style sheet. */
    public String style() {
        return "is-" + name().toLowerCase(Locale.ROOT);
    }

    public boolean isTrouble() {
        return this != CLEAN && this != NONE && this != NOTED;
    }

    /** @param weight of the list's heaviest code */
    static Look of(CellAnswer cell, double weight) {
        return switch (overlay(cell)) {
            case NONE -> ofState(state(cell), weight);
            case UNKNOWN -> UNKNOWN;
            case REFUSED -> REFUSED;
            case BLIND -> BLIND;
            case BROKEN -> BROKEN;
            case DEAD -> DEAD;
            case MUTED -> MUTED;
        };
    }

    private static Look ofState(CellState state, double weight) {
        return switch (state) {
            case NONE -> UNKNOWN;
            case CLEAN -> CLEAN;
            case SUSPECT -> SUSPECT;
            case LISTED -> weight < Check.COUNTS ? NOTED : LISTED;
            case CLEARING -> weight < Check.COUNTS ? NOTED : CLEARING;
        };
    }

    private static Overlay overlay(CellAnswer cell) {
        return Overlay.valueOf(cell.overlay().toUpperCase(Locale.ROOT));
    }

    private static CellState state(CellAnswer cell) {
        return CellState.valueOf(cell.state());
    }

    /** What the state was when it was known: for a cell that shows something else, and was listed. */
    static String lastKnown(CellAnswer cell) {
        boolean listed = state(cell) == CellState.LISTED || state(cell) == CellState.CLEARING;
        boolean hidden = overlay(cell) != Overlay.NONE;
        return listed && hidden ? cell.state() : "";
    }
}
