package dev.parley.testing;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.ErrorDetailsProto;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** Formats the error of a call and its details like grpcurl. */
final class RpcErrorText {
  private static final String PACKAGE_OF_DETAILS = "google.rpc.";

  private final ServerDescriptors descriptors;

  /** Creates a formatter that finds the types of details in {@code descriptors}. */
  RpcErrorText(ServerDescriptors descriptors) {
    this.descriptors = descriptors;
  }

  /** The name of a code as in Go, such as {@code NotFound}. */
  static String codeName(Status.Code code) {
    if (code == Status.Code.OK) {
      return "OK";
    }
    if (code == Status.Code.CANCELLED) {
      return "Canceled";
    }
    StringBuilder name = new StringBuilder();
    for (String word : code.name().toLowerCase(Locale.ROOT).split("_")) {
      name.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length());
    }
    return name.toString();
  }

  /** Code, message and details. */
  String of(StatusRuntimeException error) {
    Status status = error.getStatus();
    StringBuilder text = new StringBuilder("ERROR:\n");
    text.append("  Code: ").append(codeName(status.getCode())).append('\n');
    String message = status.getDescription() == null ? "" : status.getDescription();
    text.append("  Message: ").append(message).append('\n');
    List<Any> details = details(error);
    if (!details.isEmpty()) {
      text.append("  Details:\n");
    }
    for (int i = 0; i < details.size(); i++) {
      text.append("  ").append(i + 1).append(")\t");
      text.append(json(details.get(i)).replace("\n", "\n    \t")).append('\n');
    }
    return text.toString();
  }

  private static List<Any> details(StatusRuntimeException error) {
    com.google.rpc.Status status = StatusProto.fromThrowable(error);
    return status == null ? List.of() : status.getDetailsList();
  }

  private String json(Any detail) {
    String type = detail.getTypeUrl().substring(detail.getTypeUrl().lastIndexOf('/') + 1);
    JsonFormat.TypeRegistry types =
        JsonFormat.TypeRegistry.newBuilder().add(descriptors(type)).build();
    try {
      return JsonFormat.printer().usingTypeRegistry(types).print(detail);
    } catch (InvalidProtocolBufferException e) {
      return "{\"@type\": \"%s\", \"@value\": \"%s\"}"
          .formatted(
              detail.getTypeUrl(),
              Base64.getEncoder().encodeToString(detail.getValue().toByteArray()));
    }
  }

  /**
   * The server may not know the types of details. Like grpcurl, the formatter knows those of
   * google.rpc.
   */
  private List<Descriptor> descriptors(String type) {
    List<Descriptor> found = new ArrayList<>();
    if (type.startsWith(PACKAGE_OF_DETAILS)) {
      String name = type.substring(PACKAGE_OF_DETAILS.length());
      Descriptor known = ErrorDetailsProto.getDescriptor().findMessageTypeByName(name);
      if (known != null) {
        found.add(known);
      }
    }
    try {
      if (found.isEmpty() && descriptors.find(type) instanceof Descriptor message) {
        found.add(message);
      }
    } catch (ServerDescriptors.NotFoundException | StatusRuntimeException e) {
      // The type is unknown, so the detail is printed as bytes.
      return found;
    }
    return found;
  }
}
