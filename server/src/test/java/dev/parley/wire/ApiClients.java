package dev.parley.wire;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes and reads one session through the client of each API, over one transport. */
interface ApiClients {
  /** What Guayaba's list says of the session's label; null if the session is not in it. */
  @Nullable String guayabaLabel(UUID agentId, String key);

  /** The only archive's file name in Guayaba's list; null if there is none. */
  @Nullable String guayabaArchive(UUID agentId);

  /** The contents of Guayaba's history. */
  List<String> guayabaHistory(UUID agentId, String key);

  void guayabaRename(UUID agentId, String key, String label);

  void guayabaArchive(UUID agentId, String key);

  void guayabaRestore(UUID agentId, String filename);

  /** How many messages grip counts; -1 if it has no such session. */
  long gripMessages(String key);

  void gripDelete(String key);

  /** The content of the last of Powabase's messages; null if it has no such session. */
  @Nullable String powabaseLast(UUID sessionId);

  void powabaseDelete(UUID sessionId);

  /** The title in Foundry's list of all sessions; null if the session is not in it. */
  @Nullable String foundryTitle(UUID agentId, UUID sessionId);

  void foundryRename(UUID agentId, UUID sessionId, String title);

  void foundryDelete(UUID agentId, UUID sessionId);

  /** The text of the newest item of the conversation; null if there is no such conversation. */
  @Nullable String openaiLast(UUID sessionId);

  void openaiAppend(UUID sessionId, String text);

  void openaiDelete(UUID sessionId);
}
