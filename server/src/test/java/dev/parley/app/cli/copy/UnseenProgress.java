package dev.parley.app.cli.copy;

import dev.parley.app.cli.console.Progress;

/** Progress that is not shown. */
final class UnseenProgress implements Progress {
  @Override
  public void expect(long sessions) {}

  @Override
  public void sessions(long more) {}

  @Override
  public void messages(long more) {}
}
