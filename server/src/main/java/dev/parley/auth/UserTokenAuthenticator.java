package dev.parley.auth;

import com.nimbusds.jose.Header;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.util.Base64URL;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.text.ParseException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whose a signed JWT is. Nothing of a token is told, and its claims are not looked at,
 * before its signature was found good.
 */
public final class UserTokenAuthenticator implements AutoCloseable {
  private static final int CHARACTERS_MAX = 8192;
  private static final int FETCHERS = 2;
  private static final int WAITING_MAX = 256;
  private static final int IDLE_SECONDS = 60;

  /** Three parts of which the last, the signature, was perhaps taken away. */
  private static final Pattern FORM =
      Pattern.compile("[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]*+");

  private static final Set<JOSEObjectType> TYPES =
      Set.of(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"));

  private final List<TokenVerifier> keys;
  private final String audience;
  private final String owner;
  private final Clock clock;
  private final ThreadPoolExecutor fetchers;

  /**
   * Takes tokens of one issuer.
   *
   * @param keys what it signs with, at most one for each algorithm
   * @param audience what the tokens must be meant for
   * @param owner the owner whose agents their users reach
   */
  public UserTokenAuthenticator(
      List<TokenVerifier> keys, String audience, String owner, Clock clock) {
    this.keys = List.copyOf(keys);
    this.audience = audience;
    this.owner = owner;
    this.clock = clock;
    fetchers =
        new ThreadPoolExecutor(
            FETCHERS,
            FETCHERS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING_MAX),
            task -> new Thread(task, "parley-token-keys"));
    fetchers.allowCoreThreadTimeOut(true);
  }

  /**
   * The user that holds this token. {@code CREDENTIAL_INVALID} with the {@code problem} if it is
   * not good, {@code UNAVAILABLE} if the issuer's keys cannot be had, {@code OVERLOADED} if too
   * many calls wait for them.
   */
  CompletableFuture<Principal> user(String token) {
    JWSObject parsed;
    TokenVerifier chosen;
    try {
      parsed = parse(token);
      chosen = keys(parsed.getHeader());
    } catch (SessionException e) {
      return CompletableFuture.failedFuture(e);
    }
    if (!chosen.mayBlock()) {
      return CompletableFuture.completedFuture(parsed).thenApply(jws -> verified(jws, chosen));
    }
    try {
      return CompletableFuture.supplyAsync(() -> verified(parsed, chosen), fetchers);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(
          new SessionException(
              ErrorReason.OVERLOADED, "Too many calls wait for the keys of the tokens' issuer."));
    }
  }

  private static JWSObject parse(String token) {
    if (token.length() > CHARACTERS_MAX) {
      throw TokenProblem.TOO_LARGE.exception(
          "Invalid token: Longer than " + CHARACTERS_MAX + " characters");
    }
    if (!FORM.matcher(token).matches()) {
      throw malformed();
    }
    try {
      Header header = Header.parse(new Base64URL(token.substring(0, token.indexOf('.'))));
      if (!(header instanceof JWSHeader)) {
        throw algorithm();
      }
      if (token.endsWith(".")) {
        throw signature();
      }
      return JWSObject.parse(token);
    } catch (ParseException | IllegalArgumentException e) {
      throw malformed();
    }
  }

  /** What the header demands beyond an algorithm, nobody here knows to honour. */
  private TokenVerifier keys(JWSHeader header) {
    if (header.getCriticalParams() != null) {
      throw algorithm();
    }
    if (header.getType() != null && !TYPES.contains(header.getType())) {
      throw malformed();
    }
    return keys.stream()
        .filter(each -> each.algorithms().contains(header.getAlgorithm()))
        .findFirst()
        .orElseThrow(UserTokenAuthenticator::algorithm);
  }

  private Principal verified(JWSObject token, TokenVerifier chosen) {
    if (!chosen.signed(token)) {
      throw signature();
    }
    // The library takes a list of pairs for an object.
    boolean object = token.getPayload().toString().startsWith("{");
    @Nullable Map<String, Object> values = object ? token.getPayload().toJSONObject() : null;
    if (values == null) {
      throw malformed();
    }
    TokenClaims claims = new TokenClaims(values);
    claims.require(clock.instant(), audience);
    return claims.user(owner);
  }

  private static SessionException malformed() {
    return TokenProblem.MALFORMED.exception("Invalid token: Not a signed JWT");
  }

  private static SessionException algorithm() {
    return TokenProblem.ALGORITHM.exception(
        "Invalid token: The specified alg value is not allowed");
  }

  private static SessionException signature() {
    return TokenProblem.SIGNATURE.exception("Invalid token: Signature verification failed");
  }

  /** Ends its threads. */
  @Override
  public void close() {
    fetchers.shutdownNow();
  }
}
