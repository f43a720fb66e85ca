package dev.parley.testing;

import dev.parley.storage.Store;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** A store in which a test replaces the results of some methods. */
public final class FaultyStore {
  private final Map<String, CompletableFuture<?>> answers = new ConcurrentHashMap<>();
  private final Set<String> once = ConcurrentHashMap.newKeySet();
  private final Map<String, Integer> asked = new ConcurrentHashMap<>();

  /** From now on, all methods of this name return {@code answer}. */
  public void answer(String method, CompletableFuture<?> answer) {
    answers.put(method, answer);
  }

  /** From now on, all methods of this name fail. */
  public void fail(String method, Throwable failure) {
    answer(method, CompletableFuture.failedFuture(failure));
  }

  /** The next call of a method of this name returns {@code answer}; later calls work. */
  public void answerOnce(String method, CompletableFuture<?> answer) {
    answers.put(method, answer);
    once.add(method);
  }

  /** The next call of a method of this name fails; later calls work. */
  public void failOnce(String method, Throwable failure) {
    answerOnce(method, CompletableFuture.failedFuture(failure));
  }

  /** The number of replaced calls of methods of this name. */
  public int asked(String method) {
    return asked.getOrDefault(method, 0);
  }

  /** Wraps {@code store} and replaces the results. */
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
