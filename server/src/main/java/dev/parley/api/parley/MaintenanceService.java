package dev.parley.api.parley;

import dev.parley.api.call.Call;
import dev.parley.api.call.ServiceHandlers;
import dev.parley.core.Backups;
import dev.parley.proto.v1.CreateBackupRequest;
import dev.parley.proto.v1.CreateBackupResponse;
import dev.parley.proto.v1.MaintenanceServiceGrpc;
import java.time.Duration;
import org.reactivestreams.Publisher;

/** {@code parley.v1.MaintenanceService}, over gRPC only. */
final class MaintenanceService {
  /** The maximum time in which a caller reads nothing of a backup. */
  private static final Duration READ_TIMEOUT = Duration.ofMinutes(1);

  private final Backups backups;

  MaintenanceService(Backups backups) {
    this.backups = backups;
  }

  ServiceHandlers handlers() {
    return ServiceHandlers.of(MaintenanceServiceGrpc.getServiceDescriptor())
        .streaming(MaintenanceServiceGrpc.getCreateBackupMethod(), this::createBackup)
        .build();
  }

  private Publisher<CreateBackupResponse> createBackup(Call call, CreateBackupRequest request) {
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
