package dev.parley.api.parley;

import dev.parley.api.call.Call;
import dev.parley.api.call.ServiceHandlers;
import dev.parley.api.call.StreamItem;
import dev.parley.core.Backups;
import dev.parley.proto.v1.CreateBackupRequest;
import dev.parley.proto.v1.CreateBackupResponse;
import dev.parley.proto.v1.GetSettingsResponse;
import dev.parley.proto.v1.MaintenanceServiceGrpc;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.reactivestreams.Publisher;

/** {@code parley.v1.MaintenanceService}. */
final class MaintenanceService {
  /** The maximum time in which a caller reads nothing of a backup. */
  private static final Duration READ_TIMEOUT = Duration.ofMinutes(1);

  private final Backups backups;
  private final GetSettingsResponse settings;

  /**
   * Creates the service.
   *
   * @param settings the settings that the server runs with, without secrets
   */
  MaintenanceService(Backups backups, GetSettingsResponse settings) {
    this.backups = backups;
    this.settings = settings;
  }

  ServiceHandlers handlers() {
    return ServiceHandlers.of(MaintenanceServiceGrpc.getServiceDescriptor())
        .unary(
            MaintenanceServiceGrpc.getGetSettingsMethod(),
            (call, request) -> CompletableFuture.completedFuture(settings),
            Function.identity())
        .streaming(MaintenanceServiceGrpc.getCreateBackupMethod(), this::createBackup)
        .build();
  }

  private Publisher<List<StreamItem<CreateBackupResponse>>> createBackup(
      Call call, CreateBackupRequest request) {
    return subscriber -> {
      BackupStream stream = new BackupStream(subscriber, READ_TIMEOUT);
      subscriber.onSubscribe(stream);
      stream.endWith(
          backups.start(
              call.caller(),
              fileBytes -> {
                stream.begin(fileBytes);
                return stream;
              }));
    };
  }
}
