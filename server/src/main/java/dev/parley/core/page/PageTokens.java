package dev.parley.core.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.auth.Principal;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.search.SearchHit;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.run.RunPosition;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Creates and verifies page tokens. A token contains a position in a list and a signature over the
 * position, the caller and the query. It is valid only for that caller and query. Tokens do not
 * expire.
 */
public final class PageTokens {
  private static final int SIGNATURE_BYTES = 16;
  private static final int TOKEN_CHARACTERS_MAX = 512;
  private static final int HIT_BYTES = Float.BYTES + 4 * Long.BYTES;
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec secret;

  /**
   * Creates an instance that signs with {@code secret}. Servers with the same secret accept each
   * other's tokens.
   *
   * @param secret at least one byte
   */
  public PageTokens(byte[] secret) {
    this.secret = new SecretKeySpec(secret, ALGORITHM);
  }

  public String ofCursor(Principal caller, String query, Cursor cursor) {
    ByteBuffer position = ByteBuffer.allocate(Long.BYTES + 2 * Long.BYTES);
    position.putLong(toMicros(cursor.time()));
    putUuid(position, cursor.sessionId());
    return sign(caller, query, position.array());
  }

  public String ofUuid(Principal caller, String query, UUID id) {
    ByteBuffer position = ByteBuffer.allocate(2 * Long.BYTES);
    putUuid(position, id);
    return sign(caller, query, position.array());
  }

  public String ofSequence(Principal caller, String query, long sequence) {
    return sign(caller, query, ByteBuffer.allocate(Long.BYTES).putLong(sequence).array());
  }

  public String ofHit(Principal caller, String query, SearchHit.Position hit) {
    ByteBuffer position = ByteBuffer.allocate(HIT_BYTES);
    position.putFloat(hit.score()).putLong(toMicros(hit.createTime()));
    putUuid(position, hit.sessionId());
    return sign(caller, query, position.putLong(hit.sequence()).array());
  }

  public String ofRun(Principal caller, String query, RunPosition run) {
    ByteBuffer position = ByteBuffer.allocate(4 * Long.BYTES);
    position.putLong(toMicros(run.createTime()));
    putUuid(position, run.sessionId());
    return sign(caller, query, position.putLong(run.number()).array());
  }

  public @Nullable RunPosition run(Principal caller, String query, @Nullable String token) {
    return verify(
        caller,
        query,
        token,
        4 * Long.BYTES,
        position ->
            new RunPosition(ofMicros(position.getLong()), uuid(position), position.getLong()));
  }

  public SearchHit.@Nullable Position hit(Principal caller, String query, @Nullable String token) {
    return verify(
        caller,
        query,
        token,
        HIT_BYTES,
        position ->
            new SearchHit.Position(
                position.getFloat(),
                ofMicros(position.getLong()),
                uuid(position),
                position.getLong()));
  }

  public @Nullable Cursor cursor(Principal caller, String query, @Nullable String token) {
    return verify(
        caller,
        query,
        token,
        3 * Long.BYTES,
        position -> new Cursor(ofMicros(position.getLong()), uuid(position)));
  }

  public @Nullable UUID uuid(Principal caller, String query, @Nullable String token) {
    return verify(caller, query, token, 2 * Long.BYTES, PageTokens::uuid);
  }

  public long sequence(Principal caller, String query, @Nullable String token) {
    Long sequence = verify(caller, query, token, Long.BYTES, ByteBuffer::getLong);
    return sequence == null ? 0 : sequence;
  }

  private <T> @Nullable T verify(
      Principal caller,
      String query,
      @Nullable String token,
      int positionBytes,
      Function<ByteBuffer, T> read) {
    if (token == null || token.isEmpty()) {
      return null;
    }
    byte[] bytes = decode(token);
    if (bytes.length != SIGNATURE_BYTES + positionBytes) {
      throw invalid(token);
    }
    byte[] position = Arrays.copyOfRange(bytes, SIGNATURE_BYTES, bytes.length);
    byte[] signature = Arrays.copyOf(bytes, SIGNATURE_BYTES);
    if (!MessageDigest.isEqual(signature, signature(caller, query, position))) {
      throw invalid(token);
    }
    return read.apply(ByteBuffer.wrap(position));
  }

  private String sign(Principal caller, String query, byte[] position) {
    byte[] token =
        ByteBuffer.allocate(SIGNATURE_BYTES + position.length)
            .put(signature(caller, query, position))
            .put(position)
            .array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
  }

  private byte[] signature(Principal caller, String query, byte[] position) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(secret);
      byte[] identity = caller.identity().getBytes(UTF_8);
      // The length prefix separates the caller's identity from the query.
      mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(identity.length).array());
      mac.update(identity);
      mac.update(query.getBytes(UTF_8));
      mac.update((byte) 0);
      return Arrays.copyOf(mac.doFinal(position), SIGNATURE_BYTES);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("Every JDK has " + ALGORITHM + ".", e);
    }
  }

  private static byte[] decode(String token) {
    try {
      if (token.length() <= TOKEN_CHARACTERS_MAX) {
        return Base64.getUrlDecoder().decode(token);
      }
    } catch (IllegalArgumentException e) {
      // Not Base64, so the token was not issued by this server. It is rejected like any other
      // invalid token.
    }
    throw invalid(token);
  }

  private static SessionException invalid(String token) {
    return new SessionException(
        ErrorReason.INVALID_PAGE_TOKEN,
        "page_token was not issued for this caller and query.",
        token.length() <= TOKEN_CHARACTERS_MAX ? Map.of("page_token", token) : Map.of());
  }

  private static void putUuid(ByteBuffer buffer, UUID id) {
    buffer.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
  }

  private static UUID uuid(ByteBuffer buffer) {
    return new UUID(buffer.getLong(), buffer.getLong());
  }

  private static long toMicros(Instant time) {
    return Math.addExact(
        Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1_000);
  }

  private static Instant ofMicros(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000);
  }
}
