package dev.parley.core.page;

import dev.parley.auth.Authorizer;
import dev.parley.model.Run;
import dev.parley.model.SessionRef;
import dev.parley.storage.Cancellation;
import dev.parley.storage.RunStore;
import dev.parley.storage.query.RunPage;
import dev.parley.storage.query.RunQuery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads a page of a session's runs in some states. A page can be short or empty although more pages
 * follow, because the number of runs that it examines is limited.
 */
public final class RunPager {
  /** The maximum number of runs that a page examines. */
  public static final int EXAMINED_MAX = 10_000;

  private static final int AT_ONCE = 1_000;
  private static final long EXAMINED_BYTES_MAX = 32L << 20;

  private final RunStore store;
  private final Cancellation cancellation;
  private final SessionRef.ById ref;
  private final boolean newestFirst;
  private final Set<Run.State> states;
  private final Instant now;
  private final int limit;
  private final int examinedMax;

  private final List<Run> found = new ArrayList<>();
  private long last;
  private long foundBytes;
  private long examinedBytes;
  private int examined;
  private boolean atEnd;

  /**
   * Creates a pager for one page.
   *
   * @param states the states to list, as of {@code now}
   * @param after only runs after this number in the requested order; 0 to start at the first
   * @param limit the page size, at least 1
   * @param examinedMax the maximum number of runs to examine, at least 1
   */
  public RunPager(
      RunStore store,
      Cancellation cancellation,
      SessionRef.ById ref,
      boolean newestFirst,
      Set<Run.State> states,
      Instant now,
      long after,
      int limit,
      int examinedMax) {
    this.store = store;
    this.cancellation = cancellation;
    this.ref = ref;
    this.newestFirst = newestFirst;
    this.states = states;
    this.now = now;
    last = after;
    this.limit = limit;
    this.examinedMax = examinedMax;
  }

  /**
   * Reads the page. Fails with {@code SESSION_NOT_FOUND} if the session does not exist.
   *
   * @param tokenAfter the page token for the runs after a number
   */
  public CompletableFuture<Page<Run>> read(LongFunction<String> tokenAfter) {
    int count = Math.min(AT_ONCE, examinedMax - examined);
    return store
        .listRuns(new RunQuery(ref, newestFirst, last, count, Page.BYTES_MAX), cancellation)
        .thenCompose(
            page -> {
              boolean ends = examine(page.orElseThrow(Authorizer::unknownSession));
              return ends
                  ? CompletableFuture.completedFuture(new Page<>(found, token(tokenAfter)))
                  : read(tokenAfter);
            });
  }

  private @Nullable String token(LongFunction<String> tokenAfter) {
    return atEnd ? null : tokenAfter.apply(last);
  }

  /** Adds the runs in the requested states. Returns whether the page ends. */
  private boolean examine(RunPage page) {
    for (Run stored : page.runs()) {
      Run run = stored.asOf(now);
      if (states.contains(run.state())) {
        boolean fits = found.isEmpty() || foundBytes + run.bytes() <= Page.BYTES_MAX;
        if (found.size() == limit || !fits) {
          return true;
        }
        found.add(run);
        foundBytes += run.bytes();
      }
      last = run.number();
      examined++;
      examinedBytes += run.bytes();
    }
    // Runs are numbered without gaps.
    atEnd = page.runs().isEmpty() || last == (newestFirst ? 1 : page.session().runCount());
    return atEnd || examined >= examinedMax || examinedBytes >= EXAMINED_BYTES_MAX;
  }
}
