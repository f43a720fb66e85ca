package dev.parley.app.cli.console;

import java.util.concurrent.atomic.AtomicLong;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar that counts sessions and shows messages per second. */
public final class CopyProgress implements Progress, AutoCloseable {
  private static final double NANOS_PER_SECOND = 1e9;

  private final ProgressBar bar;
  private final AtomicLong messages = new AtomicLong();
  private final long start = System.nanoTime();

  /** Shows a bar if standard error is a terminal. Otherwise nothing is printed. */
  public CopyProgress(String task) {
    ProgressBarBuilder builder =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(-1)
            .setUnit(" sessions", 1)
            .showSpeed()
            .setStyle(ProgressBarStyle.ASCII);
    if (System.console() == null) {
      builder.setConsumer(new DelegatingProgressBarConsumer(line -> {}));
    }
    bar = builder.build();
  }

  @Override
  public void expect(long sessions) {
    bar.maxHint(sessions);
  }

  @Override
  public void sessions(long more) {
    bar.stepBy(more);
  }

  @Override
  public void messages(long more) {
    double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
    long count = messages.addAndGet(more);
    bar.setExtraMessage("%.0f messages/s".formatted(count / seconds));
  }

  @Override
  public void close() {
    bar.close();
  }
}
