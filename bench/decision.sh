# What one route decision costs, by JMH. Sourced by run.

measure_decision() {
  local module=$root/outbound-router
  (cd "$root" && mvn -B -ntp -q -pl outbound-router -am process-test-classes) >&2
  echo "One thread, 64 sources and 8 smarthosts of which some are out; under two minutes."
  "$JAVA_HOME/bin/java" --sun-misc-unsafe-memory-access=allow -Dstdout.encoding=UTF-8 \
    -cp "$module/target/test-classes:$module/target/classes:$(cat "$module/target/class-path")" io.mailvane.route.RouteDecisionBench
}
