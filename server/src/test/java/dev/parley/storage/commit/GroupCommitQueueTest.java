package dev.parley.storage.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class GroupCommitQueueTest {
  private final List<List<Job>> batches = new ArrayList<>();
  private final Semaphore started = new Semaphore(0);
  private final Semaphore allowed = new Semaphore(0);
  private final GroupCommitQueue<Job> queue =
      new GroupCommitQueue<>("test-queue", 4, 100, 3, this::commit, StoreObserver.NONE);

  @AfterEach
  void close() {
    allowed.release(1_000);
    queue.close();
  }

  @Test
  void submit_whileCommitIsUnderWay_batchesWhatWaitsInOrder() {
    Job first = submitAndWaitForStart("first");
    List<Job> next = List.of(submit("a"), submit("b"), submit("c"), submit("d"));

    allowed.release(3);
    join(first);
    next.forEach(GroupCommitQueueTest::join);

    assertThat(batches).containsExactly(List.of(first), next.subList(0, 3), next.subList(3, 4));
  }

  @Test
  void submit_oneMoreThanMayWait_overloaded() {
    submitAndWaitForStart("under way");
    List<Job> waiting = List.of(submit("1"), submit("2"), submit("3"), submit("4"));

    Job refused = submit("5");

    assertThat(refused.done).isCompletedExceptionally();
    assertThat(reason(refused)).isEqualTo(ErrorReason.OVERLOADED);
    allowed.release(3);
    waiting.forEach(GroupCommitQueueTest::join);
  }

  @Test
  void submit_moreBytesThanMayWait_overloaded() {
    submitAndWaitForStart("under way");
    Job large = submit("x".repeat(200));

    Job refused = submit("1");

    assertThat(reason(refused)).isEqualTo(ErrorReason.OVERLOADED);
    allowed.release(3);
    join(large);
  }

  @Test
  void submit_bytesAtTheBound_wait() {
    submitAndWaitForStart("under way");
    List<Job> waiting = List.of(submit("x".repeat(60)), submit("x".repeat(40)));

    assertThat(reason(submit("x"))).isEqualTo(ErrorReason.OVERLOADED);
    allowed.release(3);
    waiting.forEach(GroupCommitQueueTest::join);
  }

  @Test
  void submit_afterClose_unavailable() {
    queue.close();

    assertThat(reason(submit("late"))).isEqualTo(ErrorReason.UNAVAILABLE);
  }

  @Test
  void close_workWaits_isCommittedFirst() {
    submitAndWaitForStart("under way");
    Job waiting = submit("waiting");

    allowed.release(2);
    queue.close();

    assertThat(waiting.done).isCompleted();
  }

  @Test
  void close_twice_isFine() {
    queue.close();
    queue.close();

    assertThat(batches).isEmpty();
  }

  @Test
  void commit_throws_failsThatBatchOnly() {
    submitAndWaitForStart("under way");
    Job failing = submit("fail");
    Job neighbour = submit("neighbour");
    allowed.release(2);

    assertThatThrownBy(() -> join(failing)).hasRootCauseMessage("no commit");
    assertThatThrownBy(() -> join(neighbour)).hasRootCauseMessage("no commit");
    allowed.release();
    join(submit("after"));
  }

  @Test
  void commit_runsOnTheNamedDaemonThread() {
    allowed.release();
    Job job = submit("any");
    join(job);

    assertThat(job.thread.getName()).isEqualTo("test-queue");
    assertThat(job.thread.isDaemon()).isTrue();
  }

  private void commit(List<Job> batch) {
    started.release();
    allowed.acquireUninterruptibly();
    batches.add(batch);
    if (batch.stream().anyMatch(job -> job.name.equals("fail"))) {
      throw new IllegalStateException("no commit");
    }
    for (Job job : batch) {
      job.thread = Thread.currentThread();
      job.done.complete(null);
    }
  }

  private Job submit(String name) {
    Job job = new Job(name);
    queue.submit(job);
    return job;
  }

  private Job submitAndWaitForStart(String name) {
    Job job = submit(name);
    started.acquireUninterruptibly();
    return job;
  }

  private static void join(Job job) {
    job.done.join();
  }

  private static ErrorReason reason(Job job) {
    try {
      join(job);
    } catch (CompletionException e) {
      return ((SessionException) e.getCause()).reason();
    }
    throw new AssertionError("It was done.");
  }

  private static final class Job implements GroupCommitQueue.Work {
    final String name;
    final CompletableFuture<Void> done = new CompletableFuture<>();
    volatile Thread thread;

    Job(String name) {
      this.name = name;
    }

    @Override
    public void fail(Throwable cause) {
      done.completeExceptionally(cause);
    }

    /** The size of the write is the length of its name. */
    @Override
    public int bytes() {
      return name.length();
    }
  }
}
