package dev.parley.app.copy;

/** Progress that nobody looks at. */
final class UnseenProgress implements Progress {
  @Override
  public void expect(long sessions) {}

  @Override
  public void sessions(long more) {}

  @Override
  public void messages(long more) {}
}
