package dev.parley.api.parley;

import dev.parley.api.call.ApiDefinition;
import dev.parley.api.parley.webhook.WebhookService;
import dev.parley.auth.WatchTickets;
import dev.parley.core.Agents;
import dev.parley.core.Archives;
import dev.parley.core.AuditLog;
import dev.parley.core.Backups;
import dev.parley.core.BatchAppender;
import dev.parley.core.Keys;
import dev.parley.core.Messages;
import dev.parley.core.Retention;
import dev.parley.core.Runs;
import dev.parley.core.Sessions;
import dev.parley.core.live.MessageFollower;
import dev.parley.core.search.MessageSearch;
import dev.parley.core.watch.Watches;
import dev.parley.proto.v1.GetSettingsResponse;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Defines the native API. It also handles all paths that belong to no other API. */
public final class NativeApi {
  private NativeApi() {}

  /**
   * The definition of the API.
   *
   * @param settings the settings that the server runs with, without secrets
   * @param search null if search is turned off
   */
  public static ApiDefinition of(
      AuditLog audit,
      Agents agents,
      Keys keys,
      Sessions sessions,
      Archives archives,
      Messages messages,
      MessageFollower follower,
      Watches watches,
      WatchTickets tickets,
      BatchAppender appender,
      Runs runs,
      Backups backups,
      GetSettingsResponse settings,
      Retention retention,
      @Nullable MessageSearch search,
      WebhookService webhooks,
      Clock clock) {
    return ApiDefinition.builder("parley", "", new NativeErrorFormat())
        .services(
            new AuditService(audit).handlers(),
            new AgentService(agents).handlers(),
            new KeyService(keys, clock).handlers(),
            new SessionService(sessions, archives, messages, follower).handlers(),
            new MessageService(messages, appender).handlers(),
            new WatchService(watches, tickets).handlers(),
            new RunService(runs).handlers(),
            new MaintenanceService(backups, settings).handlers(),
            new RetentionService(retention).handlers(),
            new SearchService(search).handlers(),
            webhooks.handlers())
        .strictQuery()
        .build();
  }
}
