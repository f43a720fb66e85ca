package dev.parley.wire;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes and reads one session through the client of each API, over one transport. */
interface ApiClients {
  /** The label of the session in Guayaba's list; null if the session is not in it. */
  @Nullable String guayabaLabel(UUID agentId, String key);

  /** The file name of the only archive in Guayaba's list; null if there is none. */
  @Nullable String guayabaArchive(UUID agentId);

  /** The contents of Guayaba's history. */
  List<String> guayabaHistory(UUID agentId, String key);

  void guayabaRename(UUID agentId, String key, String label);

  void guayabaArchive(UUID agentId, String key);

  void guayabaRestore(UUID agentId, String filename);

  /** The number of messages in grip; -1 if the session does not exist. */
  long gripMessages(String key);

  void gripDelete(String key);

  /** The content of the last message in Powabase; null if the session does not exist. */
  @Nullable String powabaseLast(UUID sessionId);

  void powabaseDelete(UUID sessionId);

  /** The title in Foundry's list of all sessions; null if the session is not in it. */
  @Nullable String foundryTitle(UUID agentId, UUID sessionId);

  void foundryRename(UUID agentId, UUID sessionId, String title);

  void foundryDelete(UUID agentId, UUID sessionId);

  /** The text of the newest item of the conversation; null if the conversation does not exist. */
  @Nullable String openaiLast(UUID sessionId);

  void openaiAppend(UUID sessionId, String text);

  void openaiDelete(UUID sessionId);
}
