# Compiles the tests and runs one of their programs. Sourced by the proofs.
prove() { # CLASS ARGUMENTS...
  local root class_path
  root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
  (cd "$root" && mvn -B -ntp -q -pl system-tests -am process-test-classes) >&2
  class_path=$(cat "$root/system-tests/target/class-path")
  cd "$root/system-tests"
  exec "$JAVA_HOME/bin/java" -cp "target/test-classes:$class_path" "io.mailvane.systemtests.$@"
}
