package io.mailvane.sandbox;

import java.lang.reflect.Proxy;

/**
 * The signals of a Unix process, by {@code sun.misc.Signal}, which the JDK offers for it in the module {@code jdk.unsupported}
 * and a build without warnings can name by reflection alone.
 */
final class Signals {
    private Signals() {}

    /**
     * @param name without SIG
     * @param answer runs on a thread of its own, each time
     */
    static void on(String name, Runnable answer) {
        try {
            var signal = Class.forName("sun.misc.Signal");
            var handler = Class.forName("sun.misc.SignalHandler");
            var proxy = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            answer.run();
                        }
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("SIG" + name + " cannot be answered on this JDK", e);
        }
    }
}
