package io.mailvane.scaling;

import io.mailvane.mail.WorkerState;
import io.mailvane.scaling.NodeDriverContract.Manner;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A driver whose workers do what a test says. Those of an owner outlive its drivers, as processes do. */
final class ScriptedDriver implements NodeDriver {
    final Map<String, WorkerNode> nodes;
    Manner manner;
    Optional<String> fault = Optional.empty();

    /** @param nodes of this owner */
    ScriptedDriver(Map<String, WorkerNode> nodes, Manner manner) {
        this.nodes = nodes;
        this.manner = manner;
        List.copyOf(nodes.keySet()).forEach(this::drain);
    }

    ScriptedDriver(Manner manner) {
        this(new LinkedHashMap<>(), manner);
    }

    @Override
    public void start(String id) throws DriverException {
        requireNoFault();
        if (!nodes.containsKey(id)) {
            nodes.put(id, begun(id));
        }
    }

    private WorkerNode begun(String id) throws DriverException {
        return switch (manner) {
            case GOOD, DEAF -> node(id, WorkerState.READY, "");
            case MUTE -> node(id, WorkerState.STARTING, "it does not serve yet");
            case NONSENSE -> node(id, WorkerState.GONE, "it said 'x' instead of READY");
            case DYING -> node(id, WorkerState.GONE, "no luck");
            case IMPOSSIBLE -> throw new DriverException("worker " + id + " does not start");
        };
    }

    private static WorkerNode node(String id, WorkerState state, String reason) {
        var url = Optional.of(URI.create("http://127.0.0.1/" + id)).filter(_ -> state == WorkerState.READY);
        return new WorkerNode(id, state, Optional.empty(), url, reason);
    }

    void become(String id, WorkerState state) {
        nodes.replace(id, node(id, state, state == WorkerState.READY ? "" : "it is " + state.label()));
    }

    private void requireNoFault() throws DriverException {
        if (fault.isPresent()) {
            throw new DriverException(fault.get());
        }
    }

    @Override
    public List<WorkerNode> list() throws DriverException {
        requireNoFault();
        return List.copyOf(nodes.values());
    }

    @Override
    public void drain(String id) {
        if (nodes.containsKey(id)) {
            become(id, manner == Manner.DEAF ? WorkerState.DRAINING : WorkerState.GONE);
        }
    }

    @Override
    public void stop(String id) {
        nodes.remove(id);
    }
}
