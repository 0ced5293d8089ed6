package io.mailvane.appliance;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.reflect.AccessFlag;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of {@code CONTRIBUTING.md} that class files can show, over the main code of every module. */
class ArchitectureTest {
    private static final String APPLIANCE = "io.mailvane.appliance..";

    /** The sample world: a program of its own, which meets the nodes on sockets alone. */
    private static final String SANDBOX = "io.mailvane.sandbox";

    /** The only places where a program's own terminal begins: all else is handed a writer. */
    private static final String MAINS = "io.mailvane.appliance.Main|io.mailvane.sandbox.SandboxMain";

    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.mailvane");

    /** Without this, a class path that lost a module would make every other rule pass. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "mail",
                "queue",
                "inbound",
                "outbound",
                "route",
                "reply",
                "dnsbl",
                "spf",
                "scanning",
                "scaling",
                "storage",
                "sandbox"
            })
    void seesEveryModule(String name) {
        assertThat(CODE.stream().map(JavaClass::getPackageName)).contains("io.mailvane." + name);
    }

    @ParameterizedTest
    @CsvSource({
        "io.mailvane.mail, ",
        "io.mailvane.queue, io.mailvane.mail",
        "io.mailvane.inbound, io.mailvane.mail io.mailvane.queue io.mailvane.auth",
        "io.mailvane.reply, io.mailvane.mail",
        "io.mailvane.route, io.mailvane.mail io.mailvane.reply",
        "io.mailvane.outbound, io.mailvane.mail io.mailvane.queue io.mailvane.auth io.mailvane.reply io.mailvane.route",
        "io.mailvane.spf, io.mailvane.mail",
        "io.mailvane.dnsbl, io.mailvane.mail io.mailvane.spf",
        "io.mailvane.scanning, io.mailvane.mail",
        "io.mailvane.scaling, io.mailvane.mail",
        "io.mailvane.storage, io.mailvane.mail",
    })
    void featuresStandOnTheQueueAndTheQueueOnTheModel(String feature, String below) {
        var allowed = Stream.concat(Stream.of(feature), Stream.ofNullable(below).flatMap(ArchitectureTest::words))
                .toArray(String[]::new);
        check(classes()
                .that()
                .resideInAPackage(feature)
                .should()
                .onlyDependOnClassesThat(resideInAPackage("io.mailvane..")
                        .negate()
                        .or(JavaClass.Predicates.resideInAnyPackage(allowed))));
    }

    @Test
    void noNodeLinksTheSandbox() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(SANDBOX)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(SANDBOX));
    }

    @Test
    void theSandboxStandsOnLibrariesAlone() {
        check(classes()
                .that()
                .resideInAPackage(SANDBOX)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        SANDBOX,
                        "java..",
                        "com.sun.net.httpserver..",
                        "org.jspecify..",
                        "org.xbill.DNS..",
                        "com.fasterxml.jackson..",
                        "picocli.."));
    }

    @Test
    void packagesHaveNoCycles() {
        check(slices().matching("io.mailvane.(**)").should().beFreeOfCycles());
    }

    @ParameterizedTest
    @CsvSource({
        "org.apache.james.., io.mailvane.inbound io.mailvane.scanning",
        "org.apache.james.protocols.., io.mailvane.inbound",
        "org.apache.james.mime4j.., io.mailvane.scanning",
        "org.apache.hc.., io.mailvane.scanning",
        "org.apache.commons.compress.., io.mailvane.scanning",
        "org.apache.commons.io.., io.mailvane.scanning",
        "com.sun.net.httpserver.., io.mailvane.appliance.. io.mailvane.sandbox",
        "javax.mail.., io.mailvane.inbound",
        "com.google.common.., io.mailvane.inbound io.mailvane.route",
        "org.reactivestreams.., io.mailvane.inbound",
        "jakarta.mail.., io.mailvane.outbound",
        "org.eclipse.angus.., io.mailvane.outbound",
        "org.xbill.DNS.., io.mailvane.auth io.mailvane.inbound io.mailvane.outbound io.mailvane.dnsbl io.mailvane.spf io.mailvane.appliance.. io.mailvane.sandbox",
        "org.quartz.., io.mailvane.appliance..",
        "org.glassfish.., io.mailvane.appliance..",
        "jakarta.ws.rs.., io.mailvane.appliance..",
        "com.fasterxml.jackson.., io.mailvane.dnsbl io.mailvane.scanning io.mailvane.appliance.. io.mailvane.sandbox",
        "org.h2.., io.mailvane.dnsbl",
        "io.micrometer.., io.mailvane.appliance..",
        "org.tomlj.., io.mailvane.appliance..",
        "picocli.., io.mailvane.appliance.. io.mailvane.sandbox",
        "gg.jte.., io.mailvane.appliance..",
        "ch.qos.logback.., io.mailvane.appliance..",
    })
    void libraryStaysInTheModulesNamedForIt(String library, String modules) {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(words(modules).toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library));
    }

    /** A library that the list above does not name has no module yet: it needs a line there first. */
    @Test
    void featuresUseNoLibraryThatIsNotNamed() {
        check(classes()
                .that()
                .resideOutsideOfPackages(APPLIANCE, SANDBOX)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "javax.net.ssl..",
                        "javax.security..",
                        "javax.xml..",
                        "org.w3c.dom..",
                        "org.xml.sax..",
                        "org.jspecify..",
                        "org.slf4j..",
                        "io.mailvane..",
                        "org.apache.james..",
                        "org.apache.commons.compress..",
                        "org.apache.commons.io..",
                        "org.apache.hc..",
                        "javax.mail..",
                        "com.google.common..",
                        "org.reactivestreams..",
                        "jakarta.mail..",
                        "org.eclipse.angus..",
                        "org.xbill.DNS..",
                        "org.h2.mvstore..",
                        "com.fasterxml.jackson.."));
    }

    @Test
    void onlyTheApplianceMakesAResolver() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(APPLIANCE)
                .should()
                .callConstructorWhere(describe(
                        "a DNS resolver is made",
                        call -> call.getTargetOwner().isAssignableTo("org.xbill.DNS.Resolver"))));
    }

    @Test
    void linesGoToTheLogAndToTheWriterThatMainHandsOver() {
        check(noClasses()
                .that()
                .haveNameNotMatching(MAINS)
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethodWhere(
                        describe("printStackTrace()", call -> call.getName().equals("printStackTrace")))
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("java.util.logging.."));
    }

    @Test
    void timeAndChanceAreArgumentsOutsideTheAppliance() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(APPLIANCE)
                .and()
                .haveNameNotMatching(MAINS)
                .should()
                .accessTargetWhere(describe(
                        "the system's clock, sleep or chance is used", access -> isClockOrChance(access.getTarget()))));
    }

    @Test
    void namesSayWhatAClassIs() {
        check(noClasses().should().haveNameMatching(".*(Impl|Utils?|Helper|Manager)(\\$.*)?"));
        check(noClasses()
                .should()
                .resideInAnyPackage("..util..", "..utils..", "..common..", "..misc..", "..helper..", "..manager.."));
    }

    @Test
    void nothingStaticChangesAndNothingIsInjected() {
        check(fields().that().areStatic().should().beFinal());
        check(noClasses().should().dependOnClassesThat().haveFullyQualifiedName("jakarta.inject.Inject"));
    }

    @Test
    void mailModelIsMadeOfValues() {
        check(classes()
                .that()
                .resideInAPackage("io.mailvane.mail")
                .and()
                .doNotHaveSimpleName("package-info")
                .should(ArchCondition.from(
                        describe("are a record, an enum, sealed, or final", ArchitectureTest::isClosed))));
    }

    private static boolean isClosed(JavaClass type) {
        var reflected = type.reflect();
        return reflected.isRecord()
                || reflected.isEnum()
                || reflected.isSealed()
                || reflected.accessFlags().contains(AccessFlag.FINAL)
                || reflected.isAnonymousClass();
    }

    /** Not SecureRandom: a secret, as the salt of a segment, must be nobody's to set. */
    private static final Set<String> CLOCKS_AND_CHANCE = Set.of(
            "java.lang.System.currentTimeMillis",
            "java.lang.System.nanoTime",
            "java.lang.Thread.sleep",
            "java.lang.Math.random",
            "java.time.InstantSource.system",
            "java.util.concurrent.ThreadLocalRandom.current",
            "java.util.random.RandomGenerator.getDefault",
            "java.util.UUID.randomUUID",
            "java.util.Date.<init>",
            "java.util.Random.<init>",
            "java.util.SplittableRandom.<init>");

    private static boolean isClockOrChance(AccessTarget target) {
        String owner = target.getOwner().getName();
        String name = target.getName();
        boolean asksClock = owner.startsWith("java.time.") && name.equals("now");
        boolean isSystemClock =
                owner.equals("java.time.Clock") && (name.startsWith("system") || name.startsWith("tick"));
        return asksClock || isSystemClock || CLOCKS_AND_CHANCE.contains(owner + "." + name);
    }

    private static Stream<String> words(String list) {
        return Stream.of(list.split(" "));
    }

    /** A rule may find nothing to check while a module that it speaks of is still to come. */
    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(CODE);
    }
}
