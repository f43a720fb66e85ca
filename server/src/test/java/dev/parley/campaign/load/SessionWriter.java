package dev.parley.campaign.load;

import com.google.protobuf.FieldMask;
import dev.parley.campaign.history.History;
import dev.parley.proto.v1.ArchiveSessionRequest;
import dev.parley.proto.v1.CreateSessionRequest;
import dev.parley.proto.v1.DeleteMessageRequest;
import dev.parley.proto.v1.DeleteSessionRequest;
import dev.parley.proto.v1.MessageServiceGrpc;
import dev.parley.proto.v1.RestoreSessionRequest;
import dev.parley.proto.v1.Run;
import dev.parley.proto.v1.RunServiceGrpc;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.proto.v1.SessionServiceGrpc.SessionServiceBlockingStub;
import dev.parley.proto.v1.StartRunRequest;
import dev.parley.proto.v1.UpdateRunRequest;
import dev.parley.proto.v1.UpdateSessionRequest;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Changes sessions in every way but appends: creates, renames, archives, restores and deletes them,
 * deletes messages, starts and completes runs. After a change with an unknown end, the session is
 * not changed again, because the change may still take effect.
 */
final class SessionWriter {
  private static final long TIMEOUT_SECONDS = 30;

  private final History history;
  private final String agentId;
  private final String name;
  private int labels;

  SessionWriter(String name, History history, String agentId) {
    this.name = name;
    this.history = history;
    this.agentId = agentId;
  }

  private static SessionServiceBlockingStub calls(Endpoint endpoint) {
    return SessionServiceGrpc.newBlockingStub(endpoint.channel())
        .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  /** Creates a session; nothing if the call failed. */
  Optional<LiveSession> create(Endpoint endpoint) {
    String key = "key-" + UUID.randomUUID();
    long begin = history.tick();
    try {
      Session made =
          calls(endpoint)
              .createSession(
                  CreateSessionRequest.newBuilder()
                      .setAgentId(agentId)
                      .setSession(Session.newBuilder().setKey(key))
                      .build());
      history.initial(made.getSessionId(), Load.STATE, Load.GONE);
      history.written(made.getSessionId(), Load.STATE, Load.ACTIVE, history.since(begin));
      history.initial(made.getSessionId(), Load.LABEL, "");
      return Optional.of(new LiveSession(made.getSessionId(), key));
    } catch (StatusRuntimeException e) {
      if (!CallErrors.isTrouble(CallErrors.reason(e))) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /** Changes something at random; whether the server answered. */
  boolean change(Endpoint endpoint, LiveSession session) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    int choice = random.nextInt(100);
    if (session.isArchived()) {
      return choice < 5 ? delete(endpoint, session) : restore(endpoint, session);
    }
    if (choice < 15) {
      return archive(endpoint, session);
    }
    if (choice < 17) {
      return delete(endpoint, session);
    }
    if (choice < 45 && !session.items.isEmpty()) {
      return deleteMessage(endpoint, session, random.nextInt(session.items.size()));
    }
    if (choice < 65) {
      return run(endpoint, session);
    }
    return rename(endpoint, session);
  }

  private boolean write(
      LiveSession session,
      Endpoint endpoint,
      String register,
      String value,
      Function<SessionServiceBlockingStub, ?> call) {
    long begin = history.tick();
    try {
      var unused = call.apply(calls(endpoint));
      history.written(session.id, register, value, history.since(begin));
      return true;
    } catch (StatusRuntimeException e) {
      history.writeUnknown(session.id, register, value, begin);
      session.retire();
      if (!CallErrors.isTrouble(CallErrors.reason(e))) {
        throw e;
      }
      return false;
    }
  }

  private boolean archive(Endpoint endpoint, LiveSession session) {
    ArchiveSessionRequest request =
        ArchiveSessionRequest.newBuilder().setAgentId(agentId).setSessionId(session.id).build();
    boolean done =
        write(session, endpoint, Load.STATE, Load.ARCHIVED, calls -> calls.archiveSession(request));
    session.setArchived(done);
    return done;
  }

  private boolean restore(Endpoint endpoint, LiveSession session) {
    RestoreSessionRequest request =
        RestoreSessionRequest.newBuilder().setAgentId(agentId).setSessionId(session.id).build();
    boolean done =
        write(session, endpoint, Load.STATE, Load.ACTIVE, calls -> calls.restoreSession(request));
    session.setArchived(!done);
    return done;
  }

  private boolean delete(Endpoint endpoint, LiveSession session) {
    session.setMayBeDeleted();
    DeleteSessionRequest request =
        DeleteSessionRequest.newBuilder().setAgentId(agentId).setSessionId(session.id).build();
    boolean done =
        write(session, endpoint, Load.STATE, Load.GONE, calls -> calls.deleteSession(request));
    session.retire();
    return done;
  }

  private boolean rename(Endpoint endpoint, LiveSession session) {
    String label = name + "/" + ++labels;
    UpdateSessionRequest request =
        UpdateSessionRequest.newBuilder()
            .setAgentId(agentId)
            .setSessionId(session.id)
            .setSession(Session.newBuilder().setLabel(label))
            .setUpdateMask(FieldMask.newBuilder().addPaths("label"))
            .build();
    return write(session, endpoint, Load.LABEL, label, calls -> calls.updateSession(request));
  }

  private boolean deleteMessage(Endpoint endpoint, LiveSession session, int index) {
    String item = session.items.remove(index);
    DeleteMessageRequest request =
        DeleteMessageRequest.newBuilder()
            .setAgentId(agentId)
            .setSessionId(session.id)
            .setMessageId(item)
            .build();
    history.deletable(session.id, item);
    return write(
        session,
        endpoint,
        History.messageRegister(item),
        History.DELETED,
        calls ->
            MessageServiceGrpc.newBlockingStub(endpoint.channel())
                .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .deleteMessage(request));
  }

  /** Starts a run and completes it. */
  private boolean run(Endpoint endpoint, LiveSession session) {
    String runId = UUID.randomUUID().toString();
    history.initial(session.id, Load.RUN + runId, Load.ABSENT);
    session.runs.add(runId);
    StartRunRequest start =
        StartRunRequest.newBuilder()
            .setAgentId(agentId)
            .setSessionId(session.id)
            .setRun(Run.newBuilder().setRunId(runId).setState(Run.State.RUNNING))
            .build();
    UpdateRunRequest complete =
        UpdateRunRequest.newBuilder()
            .setAgentId(agentId)
            .setSessionId(session.id)
            .setRunId(runId)
            .setRun(Run.newBuilder().setState(Run.State.COMPLETED))
            .setUpdateMask(FieldMask.newBuilder().addPaths("state"))
            .build();
    RunServiceGrpc.RunServiceBlockingStub runs =
        RunServiceGrpc.newBlockingStub(endpoint.channel())
            .withDeadlineAfter(2 * TIMEOUT_SECONDS, TimeUnit.SECONDS);
    return write(
            session,
            endpoint,
            Load.RUN + runId,
            Run.State.RUNNING.name(),
            calls -> runs.startRun(start))
        && write(
            session,
            endpoint,
            Load.RUN + runId,
            Run.State.COMPLETED.name(),
            calls -> runs.updateRun(complete));
  }
}
