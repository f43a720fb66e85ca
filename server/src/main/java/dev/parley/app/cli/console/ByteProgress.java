package dev.parley.app.cli.console;

import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar over bytes. */
public final class ByteProgress implements AutoCloseable {
  private static final int KIB = 1024;

  private final ProgressBar bar;

  /**
   * A bar on a terminal only: elsewhere standard error is for what went wrong.
   *
   * @param bytes how many there are; below 0 if that is not known yet
   */
  public ByteProgress(String task, long bytes) {
    ProgressBarBuilder builder =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(bytes)
            .setUnit(" KiB", KIB)
            .setStyle(ProgressBarStyle.ASCII);
    if (System.console() == null) {
      builder.setConsumer(new DelegatingProgressBarConsumer(line -> {}));
    }
    bar = builder.build();
  }

  /** So many bytes there are. */
  public void expect(long bytes) {
    bar.maxHint(bytes);
  }

  /** So many more are done. */
  public void step(long bytes) {
    bar.stepBy(bytes);
  }

  @Override
  public void close() {
    bar.close();
  }
}
