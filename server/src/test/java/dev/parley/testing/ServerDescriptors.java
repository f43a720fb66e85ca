package dev.parley.testing;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Deadline;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ClientCalls;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** The protos of a server, from its reflection service. */
final class ServerDescriptors {
  private final Channel channel;
  private final Deadline deadline;
  private final List<String> versions;
  private final Map<String, FileDescriptorProto> protos = new HashMap<>();
  private final Map<String, FileDescriptor> files = new HashMap<>();

  /** Thrown if the server does not have a symbol. */
  static final class NotFoundException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotFoundException(String message) {
      super(message);
    }
  }

  /**
   * Creates a client of the reflection service.
   *
   * @param versions the versions to try, such as "v1"; the first that the server supports is used
   */
  ServerDescriptors(Channel channel, Deadline deadline, List<String> versions) {
    this.channel = channel;
    this.deadline = deadline;
    this.versions = versions;
  }

  /** The full names of all services, sorted. */
  List<String> services() {
    return ask(ServerReflectionRequest.newBuilder().setListServices("*").build())
        .getListServicesResponse()
        .getServiceList()
        .stream()
        .map(ServiceResponse::getName)
        .sorted()
        .toList();
  }

  /** A service by its full name. */
  ServiceDescriptor service(String name) {
    if (find(name) instanceof ServiceDescriptor service) {
      return service;
    }
    throw new NotFoundException("Service not found: " + name);
  }

  /** Finds a service, method, message, enum, field or extension by its full name. */
  GenericDescriptor find(String name) {
    ServerReflectionResponse answer =
        ask(ServerReflectionRequest.newBuilder().setFileContainingSymbol(name).build());
    // Empty if the server does not have the symbol.
    for (ByteString bytes : answer.getFileDescriptorResponse().getFileDescriptorProtoList()) {
      FileDescriptor file = build(remember(bytes));
      for (GenericDescriptor found : declarations(file)) {
        if (found.getFullName().equals(name)) {
          return found;
        }
      }
    }
    throw new NotFoundException("Symbol not found: " + name);
  }

  private ServerReflectionResponse ask(ServerReflectionRequest request) {
    for (String version : versions) {
      try {
        ServerReflectionResponse answer = ask(version, request);
        int code = answer.getErrorResponse().getErrorCode();
        if (code != Status.Code.OK.value() && code != Status.Code.NOT_FOUND.value()) {
          throw new NotFoundException(answer.getErrorResponse().getErrorMessage());
        }
        return answer;
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() != Status.Code.UNIMPLEMENTED) {
          throw e;
        }
      }
    }
    throw new NotFoundException("server does not support the reflection API");
  }

  /** All versions have the same messages on the wire. Only the name of the service differs. */
  private ServerReflectionResponse ask(String version, ServerReflectionRequest request) {
    MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> method =
        MethodDescriptor.<ServerReflectionRequest, ServerReflectionResponse>newBuilder(
                ProtoUtils.marshaller(ServerReflectionRequest.getDefaultInstance()),
                ProtoUtils.marshaller(ServerReflectionResponse.getDefaultInstance()))
            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .setFullMethodName(
                "grpc.reflection." + version + ".ServerReflection/ServerReflectionInfo")
            .build();
    Iterator<ServerReflectionResponse> answers =
        ClientCalls.blockingServerStreamingCall(
            channel, method, CallOptions.DEFAULT.withDeadline(deadline), request);
    if (!answers.hasNext()) {
      throw new NotFoundException("The reflection service did not answer.");
    }
    ServerReflectionResponse answer = answers.next();
    answers.forEachRemaining(more -> {});
    return answer;
  }

  private FileDescriptor build(FileDescriptorProto proto) {
    FileDescriptor known = files.get(proto.getName());
    if (known != null) {
      return known;
    }
    FileDescriptor[] dependencies =
        proto.getDependencyList().stream()
            .map(name -> build(protos.containsKey(name) ? protos.get(name) : fetch(name)))
            .toArray(FileDescriptor[]::new);
    try {
      FileDescriptor file = FileDescriptor.buildFrom(proto, dependencies);
      files.put(proto.getName(), file);
      return file;
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException("The server's descriptors are broken.", e);
    }
  }

  private FileDescriptorProto fetch(String fileName) {
    ask(ServerReflectionRequest.newBuilder().setFileByFilename(fileName).build())
        .getFileDescriptorResponse()
        .getFileDescriptorProtoList()
        .forEach(this::remember);
    if (!protos.containsKey(fileName)) {
      throw new NotFoundException("File not found: " + fileName);
    }
    return protos.get(fileName);
  }

  private FileDescriptorProto remember(ByteString bytes) {
    try {
      FileDescriptorProto proto = FileDescriptorProto.parseFrom(bytes);
      protos.put(proto.getName(), proto);
      return proto;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("The server's descriptors are broken.", e);
    }
  }

  private static List<GenericDescriptor> declarations(FileDescriptor file) {
    List<GenericDescriptor> all = new ArrayList<>(file.getExtensions());
    file.getMessageTypes().forEach(message -> addMessage(message, all));
    file.getEnumTypes().forEach(type -> addEnum(type, all));
    for (ServiceDescriptor service : file.getServices()) {
      all.add(service);
      all.addAll(service.getMethods());
    }
    return all;
  }

  private static void addMessage(Descriptor message, List<GenericDescriptor> all) {
    all.add(message);
    all.addAll(message.getFields());
    all.addAll(message.getExtensions());
    message.getEnumTypes().forEach(type -> addEnum(type, all));
    message.getNestedTypes().forEach(nested -> addMessage(nested, all));
  }

  private static void addEnum(EnumDescriptor type, List<GenericDescriptor> all) {
    all.add(type);
    all.addAll(type.getValues());
  }
}
