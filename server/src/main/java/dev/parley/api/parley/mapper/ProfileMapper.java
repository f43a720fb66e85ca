package dev.parley.api.parley.mapper;

import dev.parley.api.json.JsonMapper;
import dev.parley.model.Expiry;
import dev.parley.model.Json;
import dev.parley.model.Session.Profile;
import dev.parley.proto.v1.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Converts the session fields that a caller sets, as a whole or by field mask. */
public final class ProfileMapper {
  private static final String EXPIRE_TIME = "expire_time";
  private static final String TTL = "ttl";
  private static final List<String> FIELDS =
      List.of(
          "label",
          "user",
          "client",
          "agent_version",
          "chat_type",
          "last_channel",
          "origin",
          "metadata",
          "labels",
          EXPIRE_TIME,
          TTL);

  private ProfileMapper() {}

  /** Returns the profile of a new session. */
  public static Profile toModel(Session sent) {
    boolean saysExpiry = sent.hasExpireTime() || sent.hasTtl();
    return merge(
        Profile.EMPTY,
        sent,
        field -> saysExpiry || !(field.equals(EXPIRE_TIME) || field.equals(TTL)));
  }

  /**
   * Returns the change of an update.
   *
   * @param mask the fields to change; empty for the fields that are set, {@code *} for all
   */
  public static UnaryOperator<Profile> change(Session sent, List<String> mask) {
    Set<String> fields = UpdateMask.fields(sent, mask, FIELDS);
    return profile -> merge(profile, sent, fields::contains);
  }

  private static Profile merge(Profile old, Session sent, Predicate<String> takes) {
    return new Profile(
        takes.test("label") ? text(sent.getLabel()) : old.label(),
        takes.test("user") ? text(sent.getUser()) : old.user(),
        takes.test("client") ? text(sent.getClient()) : old.client(),
        takes.test("agent_version") ? version(sent.getAgentVersion()) : old.agentVersion(),
        takes.test("chat_type") ? text(sent.getChatType()) : old.chatType(),
        takes.test("last_channel") ? text(sent.getLastChannel()) : old.lastChannel(),
        takes.test("origin") ? origin(sent) : old.origin(),
        takes.test("metadata") ? metadata(sent) : old.metadata(),
        takes.test("labels") ? labels(sent) : old.labels(),
        expiry(old.expiry(), sent, takes.test(EXPIRE_TIME), takes.test(TTL)));
  }

  private static SortedMap<String, String> labels(Session sent) {
    return Profile.EMPTY.withLabels(sent.getLabelsMap()).labels();
  }

  private static Expiry expiry(Expiry old, Session sent, boolean takesTime, boolean takesTtl) {
    if (!takesTime && !takesTtl) {
      return old;
    }
    Instant time = sent.hasExpireTime() ? NativeMapper.toModel(sent.getExpireTime()) : null;
    Duration ttl = sent.hasTtl() ? NativeMapper.toTtl(sent.getTtl()) : null;
    return new Expiry(takesTime ? time : old.expireTime(), takesTtl ? ttl : old.ttl(), false);
  }

  private static @Nullable String text(String sent) {
    return NativeMapper.emptyToNull(sent);
  }

  private static String version(String sent) {
    return sent.isEmpty() ? Profile.AGENT_VERSION_DEFAULT : sent;
  }

  private static @Nullable Json origin(Session sent) {
    return sent.hasOrigin() ? JsonMapper.toModel(sent.getOrigin()) : null;
  }

  private static Json metadata(Session sent) {
    return sent.hasMetadata() ? JsonMapper.toModel(sent.getMetadata()) : Json.EMPTY_OBJECT;
  }
}
