package dev.parley.api.parley;

import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.api.Caller;
import dev.parley.api.Reply;
import dev.parley.core.Backups;
import dev.parley.proto.v1.CreateBackupRequest;
import dev.parley.proto.v1.CreateBackupResponse;
import dev.parley.proto.v1.MaintenanceServiceGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;

/** {@code parley.v1.MaintenanceService}, over gRPC alone. */
final class MaintenanceRpcs extends MaintenanceServiceGrpc.MaintenanceServiceImplBase {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Backups backups;

  MaintenanceRpcs(Backups backups) {
    this.backups = backups;
  }

  @Override
  public void createBackup(
      CreateBackupRequest request, StreamObserver<CreateBackupResponse> observer) {
    BackupStream stream =
        new BackupStream(
            (ServerCallStreamObserver<CreateBackupResponse>) observer,
            ServiceRequestContext.current().eventLoop(),
            PATIENCE);
    Reply.end(
        observer,
        () ->
            backups.start(
                Caller.of(),
                fileBytes -> {
                  stream.begin(fileBytes);
                  return stream;
                }));
  }
}
