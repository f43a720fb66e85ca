package dev.parley.testing;

import dev.parley.storage.SessionStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** A store some of whose methods answer what a test wants. */
public final class FaultyStore {
  private final Map<String, CompletableFuture<?>> answers = new ConcurrentHashMap<>();
  private final Map<String, Integer> asked = new ConcurrentHashMap<>();

  /** Lets every method of this name answer with {@code answer} from now on. */
  public void answer(String method, CompletableFuture<?> answer) {
    answers.put(method, answer);
  }

  /** Lets every method of this name fail from now on. */
  public void fail(String method, Throwable failure) {
    answer(method, CompletableFuture.failedFuture(failure));
  }

  /** How often a method of this name was answered so. */
  public int asked(String method) {
    return asked.getOrDefault(method, 0);
  }

  /** {@code store}, with the answers in place of its own. */
  public SessionStore around(SessionStore store) {
    return (SessionStore)
        Proxy.newProxyInstance(
            FaultyStore.class.getClassLoader(),
            new Class<?>[] {SessionStore.class},
            (proxy, method, arguments) -> {
              CompletableFuture<?> answer = answers.get(method.getName());
              if (answer != null) {
                asked.merge(method.getName(), 1, Integer::sum);
                return answer;
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
