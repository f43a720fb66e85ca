package dev.parley.testing;

import dev.parley.storage.Store;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** A store some of whose methods answer what a test wants. */
public final class FaultyStore {
  private final Map<String, CompletableFuture<?>> answers = new ConcurrentHashMap<>();
  private final Set<String> once = ConcurrentHashMap.newKeySet();
  private final Map<String, Integer> asked = new ConcurrentHashMap<>();

  /** Lets every method of this name answer with {@code answer} from now on. */
  public void answer(String method, CompletableFuture<?> answer) {
    answers.put(method, answer);
  }

  /** Lets every method of this name fail from now on. */
  public void fail(String method, Throwable failure) {
    answer(method, CompletableFuture.failedFuture(failure));
  }

  /** Lets the next call of a method of this name fail, and no other. */
  public void failOnce(String method, Throwable failure) {
    once.add(method);
    fail(method, failure);
  }

  /** How often a method of this name was answered so. */
  public int asked(String method) {
    return asked.getOrDefault(method, 0);
  }

  /** {@code store}, with the answers in place of its own. */
  public Store around(Store store) {
    return (Store)
        Proxy.newProxyInstance(
            FaultyStore.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) -> {
              CompletableFuture<?> answer =
                  once.remove(method.getName())
                      ? answers.remove(method.getName())
                      : answers.get(method.getName());
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
