package dev.parley.storage.rocksdb.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import org.junit.jupiter.api.Test;

class FieldBytesTest {
  private static final byte[] TEXT = "a field".getBytes(UTF_8);

  @Test
  void of_fieldThatIsAWholeArray_isThatArray() {
    assertSame(TEXT, FieldBytes.of(UnsafeByteOperations.unsafeWrap(TEXT)));
  }

  @Test
  void of_partOfAnArray_isACopyOfThePart() {
    byte[] part = FieldBytes.of(UnsafeByteOperations.unsafeWrap(TEXT, 2, 5));

    assertArrayEquals("field".getBytes(UTF_8), part);
  }

  @Test
  void of_fieldInPieces_isACopyOfAll() {
    ByteString pieces = UnsafeByteOperations.unsafeWrap(TEXT);
    for (int i = 0; i < 10; i++) {
      pieces = pieces.concat(pieces);
    }

    byte[] all = FieldBytes.of(pieces);

    assertNotSame(TEXT, all);
    assertArrayEquals(pieces.toByteArray(), all);
  }

  @Test
  void of_emptyField_isEmpty() {
    assertArrayEquals(new byte[0], FieldBytes.of(ByteString.EMPTY));
  }
}
