package dev.parley.bench;

import com.google.protobuf.MessageLite;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Real answers as files. The limit server sends them without any work.
 *
 * @param folder the folder of the files
 */
record LimitAnswers(Path folder) {
  static final String GET = "get";
  static final String APPEND = "append";
  static final String HISTORY = "history";
  static final String LIST = "list";

  /** Requests one answer of each kind from a real server, over both transports. */
  static LimitAnswers take(Path folder, GrpcCalls grpc, RestCalls rest, Data data) {
    LimitAnswers answers = new LimitAnswers(folder);
    answers.take(GET, grpc, rest, api -> api.get(data.anyLarge()));
    answers.take(APPEND, grpc, rest, api -> api.append(data.anyWritten()));
    answers.take(HISTORY, grpc, rest, api -> api.history(data.longHistory()));
    answers.take(LIST, grpc, rest, api -> api.firstPage(data.large()));
    return answers;
  }

  private void take(String name, GrpcCalls grpc, RestCalls rest, ApiCall call) {
    MessageLite message = (MessageLite) call.make(grpc).join();
    AggregatedHttpResponse response = (AggregatedHttpResponse) call.make(rest).join();
    try {
      Files.write(message(name), message.toByteArray());
      Files.write(json(name), response.content().array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The protobuf bytes of the answer to a call. */
  byte[] messageBytes(String name) {
    return read(message(name));
  }

  /** The JSON of the answer to a call. */
  byte[] jsonBytes(String name) {
    return read(json(name));
  }

  private Path message(String name) {
    return folder.resolve(name + ".binpb");
  }

  private Path json(String name) {
    return folder.resolve(name + ".json");
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
