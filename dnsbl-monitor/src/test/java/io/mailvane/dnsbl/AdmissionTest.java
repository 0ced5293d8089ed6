package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.dnsbl.NameFinding.Absent;
import io.mailvane.dnsbl.NameFinding.Kind;
import io.mailvane.dnsbl.NameFinding.Own;
import io.mailvane.dnsbl.NameFinding.Right;
import io.mailvane.dnsbl.NameFinding.Sender;
import io.mailvane.dnsbl.NameFinding.Unknown;
import io.mailvane.dnsbl.NameFinding.Weight;
import io.mailvane.dnsbl.NameFinding.Wrong;
import io.mailvane.mail.SourceProbe.Finding;
import io.mailvane.mail.SourceStanding;
import io.mailvane.mail.SourceStanding.State;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What an address is looked at for before its first mail, and what its SPF does to it later. */
class AdmissionTest {
    private static final IpAddress IP = IpAddress.parse("203.0.113.7");
    private static final Sender SHOP = new Sender("shop.example");
    private static final Wrong NO_SHOP = new Wrong("v=spf1 of shop.example does not include it", Weight.FROWNED_ON);
    private static final Wrong REFUSED = new Wrong("v=spf1 of out1.example does not include it");
    private static final Wrong FROWNED_ON = new Wrong("v=spf1 of out1.example says ~all", Weight.FROWNED_ON);
    private static final Finding SEEN =
            new Finding.Greeted("mx1.example", Optional.of(InetAddress.ofLiteral("203.0.113.7")));

    private Moment now = Cells.minute(0);

    /** Of which nothing is known, with a sender and somebody whose port 25 is tried. */
    private static Source strange() {
        return source(false, List.of("shop.example"), Optional.empty());
    }

    private static Source source(boolean admitted, List<String> senders, Optional<String> unprobed) {
        return new Source("a1", IP, admitted, false, Optional.of("out1.example"), senders, unprobed);
    }

    private Judge judge(Source source) {
        return judge(source, List.of(), Map.of());
    }

    private Judge judge(Source source, List<DnsblList> lists, Map<String, Cell> known) {
        var choice =
                new ListChoice(false, new ListChoice.Spamhaus.Undecided(), Map.of(), Set.of(), Set.of(), List.of());
        return new Judge(
                DnsblSettings.of(List.of(source), choice),
                lists,
                new Judge.Memory(known, Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), List.of()),
                new Random(1),
                () -> true,
                now);
    }

    /** A list that a restart found it on, and one that has not answered yet. */
    private Judge listed() {
        var zen = Lists.shipped("spamhaus-zen");
        var rules = new CellRules(JudgingSettings.DEFAULT);
        var cell = Cell.unknown(now);
        for (int minute = -2; minute <= 0; minute++) {
            var answer = Lists.answer(zen, "127.0.0.10");
            cell = rules.answered(
                    cell,
                    new CellRules.Evidence(
                            answer, Cells.by("s" + minute), false, Overlay.NONE, false, Cells.minute(minute)));
        }
        var known = Map.of(Judge.key(IP, zen), Cells.recalled(cell));
        return judge(strange(), List.of(zen, Lists.shipped("spamcop")), known);
    }

    @Test
    void aListThatNamesItIsNamedWithWhereItIsCured() {
        var judge = listed();
        judge.due(now);
        assertThat(items(judge)).containsEntry("lists", "wrong");
        assertThat(cure(judge, "lists")).isEqualTo("named by Spamhaus ZEN PBL (https://check.spamhaus.org/)");
    }

    @Test
    void aListThatHasNotAnsweredYetIsWaitedFor() {
        var judge = judge(strange(), List.of(Lists.shipped("spamcop")), Map.of());
        judge.due(now);
        assertThat(items(judge)).containsEntry("lists", "unknown");
        assertThat(cure(judge, "lists")).isEqualTo("not cleared yet by SpamCop SCBL (unknown)");
    }

    /** It may be mended at any time. */
    @Test
    void whatIsWrongIsLookedAtAgainSooner() {
        var judge = judge(strange());
        look(judge, names(new Absent(), new Right()));
        assertThat(judge.nextDue(now, Duration.ofHours(1)).since(now)).isGreaterThan(Duration.ofMinutes(25));
        look(judge, names(new Absent(), NO_SHOP));
        look(judge, names(new Absent(), NO_SHOP));
        assertThat(judge.nextDue(now, Duration.ofHours(1)).since(now))
                .isBetween(Duration.ofMinutes(4), Duration.ofMinutes(6));
    }

    private static Map<Kind, NameFinding> names(NameFinding spf, NameFinding shop) {
        return Map.of(Own.PTR, new Right(), Own.HELO, new Right(), Own.SPF, spf, SHOP, shop);
    }

    private void look(Judge judge, Map<Kind, NameFinding> findings) {
        var next = judge.nextDue(now, Duration.ofHours(1));
        now = next.isAfter(now) ? next : now;
        judge.dueNames(now).forEach(source -> judge.named(source, findings, now));
        now = now.plus(Duration.ofMillis(1));
        judge.due(now);
    }

    private SourceStanding standing(Judge judge) {
        return judge.snapshot("", now).addresses().getFirst().standing();
    }

    /** Each item with its state. */
    private Map<String, String> items(Judge judge) {
        var items = new HashMap<String, String>();
        judge.snapshot("", now)
                .addresses()
                .getFirst()
                .admission()
                .forEach(item -> items.put(item.item(), item.state().toString()));
        return items;
    }

    private String cure(Judge judge, String name) {
        return judge.snapshot("", now).addresses().getFirst().admission().stream()
                .filter(item -> item.item().equals(name))
                .map(AdmissionItem::cure)
                .findFirst()
                .orElse("missing");
    }

    @Test
    void itIsAdmittedWhenTheLastItemIsRight() {
        var judge = judge(strange());
        judge.due(now);
        assertThat(items(judge))
                .isEqualTo(Map.of(
                        "ptr", "unknown",
                        "helo", "unknown",
                        "spf", "unknown",
                        "spf shop.example", "unknown",
                        "lists", "left-out",
                        "port-25", "unknown",
                        "echo", "unknown"));
        look(judge, names(new Absent(), NO_SHOP));
        judge.probed("a1", SEEN, now);
        assertThat(standing(judge).state()).isEqualTo(State.ADMISSION);
        assertThat(standing(judge).why()).isEqualTo("not admitted yet: v=spf1 of shop.example does not include it");
        assertThat(items(judge))
                .isEqualTo(Map.of(
                        "ptr", "right",
                        "helo", "right",
                        "spf", "right",
                        "spf shop.example", "wrong",
                        "lists", "left-out",
                        "port-25", "right",
                        "echo", "right"));

        look(judge, names(new Absent(), new Right()));
        assertThat(standing(judge).state()).isEqualTo(State.WARMING);
        assertThat(items(judge)).as("it is over").isEmpty();
    }

    @Test
    void whereNobodyIsNamedPort25IsNoHindrance() {
        var judge = judge(source(false, List.of(), Optional.of("direct.probe names nobody")));
        judge.due(now);
        assertThat(cure(judge, "port-25")).isEqualTo("port 25 is not tried: direct.probe names nobody");
        assertThat(cure(judge, "echo")).isEqualTo("where receivers see it is not asked: direct.probe names nobody");
        look(judge, names(new Absent(), new Unknown()));
        assertThat(standing(judge).state()).isEqualTo(State.WARMING);
    }

    @Test
    void aClosedPortSaysWhoOpensItAndIsTakenBackByAGreeting() {
        var judge = judge(strange());
        look(judge, names(new Absent(), new Right()));
        judge.probed("a1", new Finding.Unreached("mx1.example: Connect timed out"), now);
        assertThat(standing(judge).state()).isEqualTo(State.ADMISSION);
        assertThat(cure(judge, "port-25"))
                .startsWith("port 25 seems closed to it (mx1.example: Connect timed out): its network lets nothing out")
                .contains("Amazon EC2", "Google Cloud", "Azure", "smarthost");
        assertThat(items(judge)).containsEntry("echo", "unknown");

        judge.probed("a1", SEEN, now);
        assertThat(standing(judge).state()).isEqualTo(State.WARMING);
    }

    @Test
    void whereNoHostCouldBeAskedNothingIsKnownOfThePort() {
        var judge = judge(strange());
        look(judge, names(new Absent(), new Right()));
        judge.probed("a1", new Finding.Unasked("mx1.example: mx1.example has no address in DNS"), now);
        assertThat(items(judge)).containsEntry("port-25", "unknown").containsEntry("echo", "unknown");
        assertThat(cure(judge, "port-25"))
                .isEqualTo("port 25 could not be tried: mx1.example: mx1.example has no address in DNS. Mend that, or"
                        + " name another host in direct.probe");
        assertThat(standing(judge).state()).isEqualTo(State.ADMISSION);
    }

    @Test
    void whoTurnsItAwayProvesThePortAndDoesNotAdmit() {
        var judge = judge(strange());
        look(judge, names(new Absent(), new Right()));
        judge.probed("a1", new Finding.TurnedAway("mx1.example: 554 5.7.1 go away"), now);
        assertThat(cure(judge, "port-25"))
                .isEqualTo("port 25 is open, and no host takes a session: mx1.example: 554 5.7.1 go away. Ask them"
                        + " why");
        judge.probed("a1", new Finding.Unbound("cannot set out from 127.0.0.7: no such address"), now);
        assertThat(cure(judge, "port-25"))
                .isEqualTo("cannot set out from 127.0.0.7: no such address: give this host the address, or mend"
                        + " source.local");
        assertThat(standing(judge).state()).isEqualTo(State.ADMISSION);
    }

    @Test
    void anAddressThatReceiversSeeElsewhereIsNotAdmitted() {
        var judge = judge(strange());
        look(judge, names(new Absent(), new Right()));
        judge.probed("a1", new Finding.Greeted("mx1.example", Optional.of(InetAddress.ofLiteral("198.51.100.9"))), now);
        assertThat(items(judge)).containsEntry("port-25", "right").containsEntry("echo", "wrong");
        assertThat(standing(judge).why())
                .isEqualTo("not admitted yet: address changed: receivers see 198.51.100.9, says mx1.example: mend"
                        + " source.public, or how the network translates source.local");
    }

    @Test
    void whoDoesNotSayWhereItSeesUsHindersNothing() {
        var judge = judge(strange());
        look(judge, names(new Absent(), new Right()));
        judge.probed("a1", new Finding.Greeted("mx1.example", Optional.empty()), now);
        assertThat(standing(judge).state()).isEqualTo(State.WARMING);
    }

    @Test
    void oneThatAnOperatorTookOutMeanwhileIsNotAdmittedByPuttingItBack() {
        var judge = judge(strange());
        look(judge, names(new Absent(), NO_SHOP));
        judge.operate("a1", order(Operation.DISABLE), now);
        look(judge, names(new Absent(), NO_SHOP));
        assertThat(standing(judge).state()).isEqualTo(State.DISABLED);
        assertThat(items(judge)).as("it is not what keeps it out").isEmpty();

        judge.operate("a1", order(Operation.ENABLE), now);
        assertThat(standing(judge).state()).isEqualTo(State.ADMISSION);
    }

    private static OperatorOrder order(Operation operation) {
        return new OperatorOrder(operation, "eva", "", Optional.empty());
    }

    /** It was right, and is found wrong twice. */
    @Test
    void anEhloNameThatForbidsItToSendTakesItOut() {
        var judge = judge(source(true, List.of(), Optional.empty()));
        look(judge, names(new Right(), new Unknown()));
        look(judge, names(REFUSED, new Unknown()));
        assertThat(standing(judge).state()).as("not confirmed").isEqualTo(State.WARMING);
        look(judge, names(REFUSED, new Unknown()));
        assertThat(standing(judge).state()).isEqualTo(State.QUARANTINED);
        assertThat(standing(judge).why()).isEqualTo(REFUSED.reason());
    }

    @Test
    void oneThatIsOnlyFrownedOnIsShown() {
        var judge = judge(source(true, List.of(), Optional.empty()));
        look(judge, names(new Right(), new Unknown()));
        look(judge, names(FROWNED_ON, new Unknown()));
        look(judge, names(FROWNED_ON, new Unknown()));
        assertThat(standing(judge).state()).isEqualTo(State.WARMING);
        assertThat(judge.snapshot("", now).alarms()).containsExactly("a1: " + FROWNED_ON.reason() + ".");

        look(judge, names(REFUSED, new Unknown()));
        assertThat(standing(judge).state()).as("what was confirmed was less").isEqualTo(State.WARMING);
        look(judge, names(REFUSED, new Unknown()));
        assertThat(standing(judge).state()).isEqualTo(State.QUARANTINED);
    }

    @Test
    void theRecordOfADomainThatSendsTakesNothingOut() {
        var gone = new Wrong("v=spf1 of shop.example forbids it");
        var judge = judge(source(true, List.of("shop.example"), Optional.empty()));
        look(judge, names(new Right(), new Right()));
        look(judge, names(new Right(), gone));
        look(judge, names(new Right(), gone));
        assertThat(standing(judge).state()).isEqualTo(State.WARMING);
        assertThat(judge.snapshot("", now).alarms()).containsExactly("a1: v=spf1 of shop.example forbids it.");
    }
}
