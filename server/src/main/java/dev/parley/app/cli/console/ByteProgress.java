package dev.parley.app.cli.console;

import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar that counts bytes. */
public final class ByteProgress implements AutoCloseable {
  private static final int KIB = 1024;

  private final ProgressBar bar;

  /**
   * Shows a bar if standard error is a terminal. Otherwise nothing is printed.
   *
   * @param bytes the total; below 0 if it is not known yet
   */
  public ByteProgress(String task, long bytes) {
    ProgressBarBuilder builder =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(bytes)
            .setUnit(" KiB", KIB)
            .showSpeed()
            .setStyle(ProgressBarStyle.ASCII);
    if (System.console() == null) {
      builder.setConsumer(new DelegatingProgressBarConsumer(line -> {}));
    }
    bar = builder.build();
  }

  /** Sets the total. */
  public void expect(long bytes) {
    bar.maxHint(bytes);
  }

  /** Adds to the bytes that are done. */
  public void step(long bytes) {
    bar.stepBy(bytes);
  }

  @Override
  public void close() {
    bar.close();
  }
}
