package io.mailvane.scaling;

import io.mailvane.mail.WorkerState;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the scaler's tests stand on keeps the contract too. */
class ScriptedDriverTest implements NodeDriverContract {
    private final Map<String, Map<String, WorkerNode>> owners = new HashMap<>();

    @Override
    public NodeDriver driver(String owner, Manner manner) {
        return new ScriptedDriver(owners.computeIfAbsent(owner, _ -> new LinkedHashMap<>()), manner);
    }

    @Override
    public void kill(NodeDriver driver, String id) {
        ((ScriptedDriver) driver).become(id, WorkerState.GONE);
    }
}
