package dev.parley.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.auth.Principal;
import dev.parley.core.page.PageTokens;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.run.RunPosition;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class PageTokensTest {
  private static final Principal ROOT = new Principal.Root();
  private final PageTokens tokens = new PageTokens("secret".getBytes(UTF_8));

  @Test
  void place_comesBack() {
    Cursor cursor = new Cursor(Instant.parse("2026-03-01T12:00:00.123456Z"), UUID.randomUUID());
    assertThat(tokens.cursor(ROOT, "q", tokens.ofCursor(ROOT, "q", cursor))).isEqualTo(cursor);
    Cursor early = new Cursor(Instant.parse("1901-03-01T12:00:00.123456Z"), UUID.randomUUID());
    assertThat(tokens.cursor(ROOT, "q", tokens.ofCursor(ROOT, "q", early))).isEqualTo(early);
    assertThat(tokens.sequence(ROOT, "q", tokens.ofSequence(ROOT, "q", 42))).isEqualTo(42);
    RunPosition run = new RunPosition(cursor.time(), UUID.randomUUID(), 7);
    assertThat(tokens.run(ROOT, "q", tokens.ofRun(ROOT, "q", run))).isEqualTo(run);
    UUID id = UUID.randomUUID();
    assertThat(tokens.uuid(ROOT, "q", tokens.ofUuid(ROOT, "q", id))).isEqualTo(id);
  }

  @Test
  void noToken_isTheFirstPage() {
    assertThat(tokens.cursor(ROOT, "q", null)).isNull();
    assertThat(tokens.uuid(ROOT, "q", "")).isNull();
    assertThat(tokens.sequence(ROOT, "q", null)).isZero();
  }

  @Test
  void anythingElse_isRefused() {
    String token = tokens.ofSequence(ROOT, "q", 42);
    refuses(() -> tokens.sequence(ROOT, "other", token));
    refuses(() -> tokens.sequence(new Principal.Master("root", null, null), "q", token));
    refuses(() -> new PageTokens("x".getBytes(UTF_8)).sequence(ROOT, "q", token));
    refuses(() -> tokens.uuid(ROOT, "q", token));
    refuses(() -> tokens.sequence(ROOT, "", token));
    refuses(() -> tokens.sequence(ROOT, "q", token + "A"));
    refuses(() -> tokens.sequence(ROOT, "q", "A".repeat(100_000)));
  }

  @Test
  void callerAndQuery_cannotRunIntoOneAnother() {
    String token = tokens.ofSequence(new Principal.Master("a", null, null), "bc", 1);
    refuses(() -> tokens.sequence(new Principal.Master("ab", null, null), "c", token));
  }

  @Test
  void token_ofAnotherCallerWithANameOfTheSameLength_isRefused() {
    String token = tokens.ofSequence(new Principal.Master("acme", null, null), "q", 42);

    refuses(() -> tokens.sequence(new Principal.Master("emca", null, null), "q", token));
  }

  /** Moves the first half of a position to the end of the query. */
  @Test
  void queryAndPosition_cannotRunIntoOneAnother() {
    byte[] token =
        Base64.getUrlDecoder().decode(tokens.ofUuid(ROOT, "q", new UUID(0x4141414141414141L, 42)));
    byte[] forged = Arrays.copyOf(token, 24);
    System.arraycopy(token, 24, forged, 16, 8);

    refuses(
        () -> tokens.sequence(ROOT, "qAAAAAAAA", Base64.getUrlEncoder().encodeToString(forged)));
  }

  @Test
  void token_isBoundToTheCallersName_notToItsKey() {
    Principal before = new Principal.Master("acme", "app", UUID.randomUUID());
    Principal rotated = new Principal.Master("acme", null, UUID.randomUUID());

    String token = tokens.ofSequence(before, "q", 42);

    assertThat(tokens.sequence(rotated, "q", token)).isEqualTo(42);
  }

  @Test
  void token_changedAnywhere_isRefused() {
    String token = tokens.ofSequence(ROOT, "q", 42);
    for (int i = 0; i < token.length(); i++) {
      char other = token.charAt(i) == 'A' ? 'Q' : 'A';
      String changed = token.substring(0, i) + other + token.substring(i + 1);
      refuses(() -> tokens.sequence(ROOT, "q", changed));
    }
    refuses(() -> tokens.sequence(ROOT, "q", "not base64!"));
  }

  @Test
  void refusal_namesTheTokenUnlessItIsLong() {
    assertThatThrownBy(() -> tokens.uuid(ROOT, "q", "abc"))
        .isInstanceOfSatisfying(
            SessionException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(ErrorReason.INVALID_PAGE_TOKEN);
              assertThat(e.metadata()).isEqualTo(Map.of("page_token", "abc"));
            });
    assertThatThrownBy(() -> tokens.uuid(ROOT, "q", "A".repeat(512)))
        .isInstanceOfSatisfying(SessionException.class, e -> assertThat(e.metadata()).hasSize(1));
    assertThatThrownBy(() -> tokens.uuid(ROOT, "q", "A".repeat(513)))
        .isInstanceOfSatisfying(SessionException.class, e -> assertThat(e.metadata()).isEmpty());
  }

  private static void refuses(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(SessionException.class);
  }
}
