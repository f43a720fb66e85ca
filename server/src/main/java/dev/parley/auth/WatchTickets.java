package dev.parley.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import dev.parley.model.ApiKey;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.model.Sha256;
import dev.parley.storage.ApiKeyStore;
import java.security.GeneralSecurityException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Creates and verifies tickets: credentials for one path of the REST API and a short time, which
 * can be part of a URL. A ticket is a signed JWT with the permissions of its creator. All servers
 * with the same root key accept it.
 */
public final class WatchTickets {
  private static final String PATH = "path";
  private static final String EXPIRES = "expireMillis";
  private static final String OWNER = "owner";
  private static final String USER = "sub";
  private static final String AGENT = "agent";
  private static final String CLIENT = "client";
  private static final String KEY = "key";
  private static final String SCOPES = "scopes";
  private static final int CHARACTERS_MAX = 4096;

  private final byte[] secret;
  private final ApiKeyStore keys;
  private final Clock clock;

  /**
   * Creates an instance.
   *
   * @param rootKeyHash the hash of the root key, from which the secret of the tickets is derived
   */
  public WatchTickets(Sha256 rootKeyHash, ApiKeyStore keys, Clock clock) {
    secret = derive(rootKeyHash.bytes());
    this.keys = keys;
    this.clock = clock;
  }

  private static byte[] derive(byte[] rootKeyHash) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(rootKeyHash, mac.getAlgorithm()));
      return mac.doFinal("watch tickets".getBytes(US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has HmacSHA256.", e);
    }
  }

  /**
   * A new ticket.
   *
   * @param text the ticket
   * @param expireTime when it can no longer be used
   */
  public record Ticket(String text, Instant expireTime) {}

  /**
   * Creates a ticket.
   *
   * @param path the raw path of the requests that it is valid for
   */
  public Ticket create(Principal creator, String path, Duration ttl) {
    Instant expires = clock.instant().plus(ttl).truncatedTo(ChronoUnit.MILLIS);
    Map<String, Object> claims = new HashMap<>();
    claims.put(PATH, path);
    claims.put(EXPIRES, expires.toEpochMilli());
    put(claims, CLIENT, creator.client());
    put(claims, KEY, creator.keyId());
    if (creator instanceof Principal.Master master) {
      claims.put(OWNER, master.owner());
    } else if (creator instanceof Principal.AgentHolder agent) {
      put(claims, AGENT, agent.agentId());
      claims.put(SCOPES, known(agent.scopes()));
    } else if (creator instanceof Principal.User user) {
      claims.put(OWNER, user.owner());
      claims.put(USER, user.subject());
      claims.put(SCOPES, known(user.scopes()));
    }
    JWSObject jwt = new JWSObject(new JWSHeader(JWSAlgorithm.HS256), new Payload(claims));
    try {
      jwt.sign(new MACSigner(secret));
    } catch (JOSEException e) {
      throw new IllegalStateException("The ticket cannot be signed.", e);
    }
    return new Ticket(jwt.serialize(), expires);
  }

  private static List<String> known(Set<String> scopes) {
    return scopes.stream().filter(Scope::isKnown).toList();
  }

  private static void put(Map<String, Object> claims, String name, @Nullable Object value) {
    if (value != null) {
      claims.put(name, value.toString());
    }
  }

  /**
   * Authenticates the creator of a ticket. Fails with {@code CREDENTIAL_INVALID} if the ticket is
   * malformed, has expired or is for another path, or if the key of its creator is not valid any
   * more.
   */
  public CompletableFuture<Principal> authenticate(String ticket, String path) {
    Map<String, Object> claims = verified(ticket);
    if (claims == null
        || !path.equals(claims.get(PATH))
        || !(claims.get(EXPIRES) instanceof Number expires)
        || clock.millis() >= expires.longValue()) {
      return CompletableFuture.failedFuture(invalid());
    }
    Principal creator = creator(claims);
    UUID keyId = creator.keyId();
    return keyId == null
        ? CompletableFuture.completedFuture(creator)
        : keys.findApiKey(keyId)
            .thenApply(
                found ->
                    found
                        .filter(this::isLive)
                        .map(key -> creator)
                        .orElseThrow(WatchTickets::invalid));
  }

  private boolean isLive(ApiKey key) {
    return key.isLive(clock.instant());
  }

  private @Nullable Map<String, Object> verified(String ticket) {
    if (ticket.length() > CHARACTERS_MAX) {
      return null;
    }
    try {
      JWSObject jwt = JWSObject.parse(ticket);
      return jwt.verify(new MACVerifier(secret)) ? jwt.getPayload().toJSONObject() : null;
    } catch (ParseException | JOSEException e) {
      return null;
    }
  }

  private static Principal creator(Map<String, Object> claims) {
    String client = text(claims, CLIENT);
    String key = text(claims, KEY);
    UUID keyId = key == null ? null : UUID.fromString(key);
    String owner = text(claims, OWNER);
    String user = text(claims, USER);
    String agent = text(claims, AGENT);
    if (agent != null) {
      return new Principal.AgentHolder(UUID.fromString(agent), scopes(claims), client, keyId);
    }
    if (owner != null && user != null) {
      return new Principal.User(owner, user, client, scopes(claims));
    }
    return owner == null ? new Principal.Root() : new Principal.Master(owner, client, keyId);
  }

  private static @Nullable String text(Map<String, Object> claims, String name) {
    return (String) claims.get(name);
  }

  @SuppressWarnings("unchecked")
  private static Set<String> scopes(Map<String, Object> claims) {
    return Set.copyOf((List<String>) claims.getOrDefault(SCOPES, List.of()));
  }

  private static SessionException invalid() {
    return new SessionException(
        ErrorReason.CREDENTIAL_INVALID,
        "The ticket is invalid, has expired or is for another path.");
  }
}
