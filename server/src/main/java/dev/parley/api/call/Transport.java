package dev.parley.api.call;

import java.util.Locale;

/** The transport of a call, with the limits of its responses. */
public enum Transport {
  /** gRPC and gRPC-Web. Clients accept messages of 4 MiB by default. */
  GRPC(7L << 19, 3L << 20),
  /** HTTP/JSON. Long responses are sent in chunks. */
  REST(32L << 20, Long.MAX_VALUE);

  private final long answerBytesMax;
  private final long itemBytesMax;

  Transport(long answerBytesMax, long itemBytesMax) {
    this.answerBytesMax = answerBytesMax;
    this.itemBytesMax = itemBytesMax;
  }

  /**
   * The maximum size of a response without pages, in bytes: 3.5 MiB over gRPC, 32 MiB over REST.
   */
  public long answerBytesMax() {
    return answerBytesMax;
  }

  /** Whether a response may contain an item of this size. Over gRPC, the limit is 3 MiB. */
  public boolean fits(long itemBytes) {
    return itemBytes <= itemBytesMax;
  }

  /** The name in logs and audit entries. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
