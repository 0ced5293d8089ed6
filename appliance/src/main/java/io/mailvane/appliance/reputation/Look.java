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
    /** By what is informational: no receiver refuses mail by it. */
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

    /** @param counts whether what the list says does */
    static Look of(CellAnswer cell, boolean counts) {
        return switch (overlay(cell)) {
            case NONE -> ofState(state(cell), counts);
            case UNKNOWN -> UNKNOWN;
            case REFUSED -> REFUSED;
            case BLIND -> BLIND;
            case BROKEN -> BROKEN;
            case DEAD -> DEAD;
            case MUTED -> MUTED;
        };
    }

    private static Look ofState(CellState state, boolean counts) {
        return switch (state) {
            case NONE -> UNKNOWN;
            case CLEAN -> CLEAN;
            case SUSPECT -> SUSPECT;
            case LISTED -> counts ? LISTED : NOTED;
            case CLEARING -> counts ? CLEARING : NOTED;
        };
    }

    private static Overlay overlay(CellAnswer cell) {
        return Overlay.valueOf(cell.overlay().toUpperCase(Locale.ROOT));
    }

    private static CellState state(CellAnswer cell) {
        return CellState.valueOf(cell.state());
    }

    /** What a list said against it when that was known; "" if it said nothing. */
    static String lastNamed(CellAnswer cell) {
        boolean named = state(cell) != CellState.CLEAN && state(cell) != CellState.NONE;
        return named ? cell.state() : "";
    }

    /** What the state was when it was known: for a cell that shows something else, and was listed. */
    static String lastKnown(CellAnswer cell) {
        boolean listed = state(cell) == CellState.LISTED || state(cell) == CellState.CLEARING;
        boolean hidden = overlay(cell) != Overlay.NONE;
        return listed && hidden ? cell.state() : "";
    }
}
