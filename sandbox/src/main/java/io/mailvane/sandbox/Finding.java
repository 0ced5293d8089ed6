package io.mailvane.sandbox;

import java.util.List;
import org.xbill.DNS.Record;

/** What a zone knows of a name and a type. */
sealed interface Finding {
    /** Records for the answer section, at least one; of another type only if that is a CNAME. */
    record Found(List<Record> records) implements Finding {
        public Found {
            records = List.copyOf(records);
        }
    }

    /** The name exists, the type does not. */
    record NoData() implements Finding {}

    /** NXDOMAIN. */
    record NoName() implements Finding {}
}
