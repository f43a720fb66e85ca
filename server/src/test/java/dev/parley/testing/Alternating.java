package dev.parley.testing;

import dev.parley.storage.transfer.TransferableStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A store that sends its calls to several stores over the same data in turn. */
public final class Alternating {
  private Alternating() {}

  /** Creates a store that sends each call to the next of {@code stores}. */
  public static TransferableStore between(TransferableStore... stores) {
    AtomicInteger calls = new AtomicInteger();
    return (TransferableStore)
        Proxy.newProxyInstance(
            Alternating.class.getClassLoader(),
            new Class<?>[] {TransferableStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) {
                List.of(stores).forEach(TransferableStore::close);
                return null;
              }
              int next = Math.floorMod(calls.getAndIncrement(), stores.length);
              try {
                return method.invoke(stores[next], arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
