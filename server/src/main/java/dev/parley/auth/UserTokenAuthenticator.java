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
 * Authenticates users by signed JWTs. Claims are read, and reported in errors, only after the
 * signature is verified.
 */
public final class UserTokenAuthenticator implements AutoCloseable {
  private static final int CHARACTERS_MAX = 8192;
  private static final int FETCHERS = 2;
  private static final int WAITING_MAX = 256;
  private static final int IDLE_SECONDS = 60;

  /** Three parts separated by dots. The signature can be empty. */
  private static final Pattern FORM =
      Pattern.compile("[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]*+");

  private static final Set<JOSEObjectType> TYPES =
      Set.of(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"));

  private final List<TokenVerifier> verifiers;
  private final String audience;
  private final String owner;
  private final Clock clock;
  private final ThreadPoolExecutor fetchers;

  /**
   * Creates an authenticator for the tokens of one issuer.
   *
   * @param verifiers the verifiers, at most one for each algorithm
   * @param audience the required audience
   * @param owner the owner whose agents the users may access
   */
  public UserTokenAuthenticator(
      List<TokenVerifier> verifiers, String audience, String owner, Clock clock) {
    this.verifiers = List.copyOf(verifiers);
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
   * Authenticates a token. Fails with {@code CREDENTIAL_INVALID} and a {@code problem} if the token
   * is not valid, with {@code UNAVAILABLE} if the keys are not available, and with {@code
   * OVERLOADED} if too many calls wait for them.
   */
  CompletableFuture<Principal> authenticate(String token) {
    JWSObject parsed;
    TokenVerifier verifier;
    try {
      parsed = parse(token);
      verifier = verifier(parsed.getHeader());
    } catch (SessionException e) {
      return CompletableFuture.failedFuture(e);
    }
    if (!verifier.mayBlock()) {
      return CompletableFuture.completedFuture(parsed).thenApply(jws -> verify(jws, verifier));
    }
    try {
      return CompletableFuture.supplyAsync(() -> verify(parsed, verifier), fetchers);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(
          new SessionException(
              ErrorReason.OVERLOADED, "Too many calls wait for the keys that verify user tokens."));
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

  /**
   * Selects the verifier for a header. Rejects headers with critical parameters, because none are
   * supported.
   */
  private TokenVerifier verifier(JWSHeader header) {
    if (header.getCriticalParams() != null) {
      throw algorithm();
    }
    if (header.getType() != null && !TYPES.contains(header.getType())) {
      throw malformed();
    }
    return verifiers.stream()
        .filter(each -> each.algorithms().contains(header.getAlgorithm()))
        .findFirst()
        .orElseThrow(UserTokenAuthenticator::algorithm);
  }

  private Principal verify(JWSObject token, TokenVerifier verifier) {
    if (!verifier.verify(token)) {
      throw signature();
    }
    // The library also parses a list of pairs as an object.
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

  /** Stops the threads. */
  @Override
  public void close() {
    fetchers.shutdownNow();
  }
}
