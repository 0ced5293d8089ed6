package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.dnsbl.AnswerVectors.AnswerVector;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a cell that knew nothing shows after each answer of the vectors, under their controls. */
class VectorsTest {
    private static final AskingSettings ASKING = AskingSettings.DEFAULT;
    private static final JudgingSettings JUDGING = JudgingSettings.DEFAULT;

    static List<AnswerVector> vectors() {
        return AnswerVectors.load().answers();
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void cellIsTheVectors(AnswerVector vector) {
        var list = Lists.shipped(vector.list());
        var now = Cells.minute(60);
        var rules = new CellRules(JUDGING);
        var hindrance = health(list, vector.controls(), now)
                .hindrance(now, ASKING.controlStale(), JUDGING.ageing().listDeadAfter());
        var evidence = new CellRules.Evidence(
                Answer.of(vector.reply(), list), Cells.by("192.0.2.53:53"), false, hindrance, false, now);

        var cell = rules.answered(Cell.unknown(Cells.minute(0)), evidence);

        assertThat(new AnswerVector.CellVector(
                        cell.state().toString(),
                        rules.overlay(cell, hindrance, now).toString()))
                .isEqualTo(vector.cell());
    }

    /** A control is seen a minute ago, a stale one an hour. */
    private static ListHealth health(DnsblList list, AnswerVector.Controls controls, Moment now) {
        var stale = now.plus(Duration.ofHours(-1));
        var fresh = now.plus(Duration.ofMinutes(-1));
        var seen = new EnumMap<ControlKind, Control.Result>(ControlKind.class);
        seen.put(ControlKind.POSITIVE, result(controls.positive()));
        seen.put(ControlKind.NEGATIVE, result(controls.negative()));
        seen.put(ControlKind.RANDOM, result(controls.random()));
        var before = ListHealth.of(list.testPoints())
                .after(new ListHealth.Round(seen, Overlay.NONE, ""), stale, ASKING.controlStale());
        if (controls.positive().equals("stale")) {
            seen.remove(ControlKind.POSITIVE);
        }
        return before.after(new ListHealth.Round(seen, Overlay.NONE, ""), fresh, ASKING.controlStale());
    }

    private static Control.Result result(String text) {
        return text.endsWith("listed") ? Control.Result.WRONG : Control.Result.OK;
    }
}
