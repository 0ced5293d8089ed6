package io.mailvane.spf;

/** The evaluation ends here with an error: TEMPERROR or PERMERROR. */
final class SpfException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient SpfResult result;

    private SpfException(SpfResult.Kind kind, String why) {
        super(why, null, false, false);
        this.result = new SpfResult(kind, why);
    }

    static SpfException permanent(String why) {
        return new SpfException(SpfResult.Kind.PERMERROR, why);
    }

    static SpfException temporary(String why) {
        return new SpfException(SpfResult.Kind.TEMPERROR, why);
    }

    SpfResult result() {
        return result;
    }
}
