package dev.parley.api.call;

import com.google.protobuf.Message;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A response of a streaming RPC. Streams of one transport can share it. It is then encoded once for
 * all of them. Thread-safe.
 *
 * @param <S> the type of the response
 */
public final class StreamItem<S extends Message> {
  private final S message;
  private volatile byte @Nullable [] encoded;

  /** Creates an item that is not encoded yet. */
  public StreamItem(S message) {
    this.message = message;
  }

  /** The response. */
  public S message() {
    return message;
  }

  /**
   * Returns the encoded response. Encodes it if no other stream has done so.
   *
   * @param encoder the same for all streams that share this item
   */
  public byte[] encoded(Function<? super S, byte[]> encoder) {
    byte[] bytes = encoded;
    if (bytes == null) {
      synchronized (this) {
        bytes = encoded;
        if (bytes == null) {
          bytes = encoder.apply(message);
          encoded = bytes;
        }
      }
    }
    return bytes;
  }

  /** Joins the encoded responses of several items. The array must not be changed. */
  public static <S extends Message> byte[] join(
      List<StreamItem<S>> items, Function<? super S, byte[]> encoder) {
    if (items.size() == 1) {
      return items.get(0).encoded(encoder);
    }
    int length = 0;
    for (StreamItem<S> item : items) {
      length += item.encoded(encoder).length;
    }
    byte[] joined = new byte[length];
    int end = 0;
    for (StreamItem<S> item : items) {
      byte[] bytes = item.encoded(encoder);
      System.arraycopy(bytes, 0, joined, end, bytes.length);
      end += bytes.length;
    }
    return joined;
  }
}
