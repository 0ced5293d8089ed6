package io.mailvane.appliance.config;

import java.util.List;

/** A configuration that no node can start with. */
public final class ConfigurationException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<String> problems;

    ConfigurationException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /** Every problem in the order of the file: {@code FILE:LINE: key = value: reason}. */
    public List<String> problems() {
        return problems;
    }
}
