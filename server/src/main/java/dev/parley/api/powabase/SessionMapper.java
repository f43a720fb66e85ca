package dev.parley.api.powabase;

import dev.parley.api.json.JsonMapper;
import dev.parley.model.Json;
import dev.parley.model.Session;

/** Converts sessions from the model to {@code powabase.v1}. */
final class SessionMapper {
  private SessionMapper() {}

  static dev.parley.proto.powabase.v1.Session toWire(Session session) {
    dev.parley.proto.powabase.v1.Session.Builder wire =
        dev.parley.proto.powabase.v1.Session.newBuilder()
            .setId(session.sessionId().toString())
            .setSessionId(PublicIds.session(session.sessionId()))
            .setAgentId(session.agentId().toString())
            .setSessionData(JsonMapper.toWire(Json.EMPTY_OBJECT))
            .setMetadata(JsonMapper.toWire(session.profile().metadata()))
            .setCreatedAt(IsoTimes.format(session.createTime()))
            .setUpdatedAt(IsoTimes.format(session.updateTime()));
    if (session.profile().user() != null) {
      wire.setUserId(session.profile().user());
    }
    return wire.build();
  }
}
