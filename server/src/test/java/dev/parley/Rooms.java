package dev.parley;

import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * The table of rooms: what each package of the server may depend on. A room that is not here does
 * not exist, and a library that no row names is used by none.
 */
final class Rooms {
  /** What needs no reason. Without java.sql, which is the business of one engine. */
  private static final List<String> JDK =
      List.of(
          "java.io..",
          "java.lang..",
          "java.math..",
          "java.net..",
          "java.nio..",
          "java.security..",
          "java.text..",
          "java.time..",
          "java.util..",
          "javax.crypto..",
          "org.jspecify.annotations..");

  private static final List<String> LOG = List.of("org.slf4j..");
  private static final List<String> PROTOBUF =
      List.of("com.google.protobuf..", "com.google.rpc..", "com.google.api..");
  // Netty and Reactive Streams are part of Armeria's own signatures.
  private static final List<String> ARMERIA =
      List.of("com.linecorp.armeria..", "io.netty..", "org.reactivestreams..");
  // Stubs answer with Guava's futures.
  private static final List<String> GRPC =
      List.of("io.grpc..", "com.google.common.util.concurrent..");
  private static final List<String> STREAMS = List.of("org.reactivestreams..");
  private static final List<String> JACKSON = List.of("com.fasterxml.jackson..");
  private static final List<String> LIMITS =
      List.of("io.github.bucket4j..", "com.github.benmanes.caffeine.cache..");
  private static final List<String> JWT = List.of("com.nimbusds.jose..");
  private static final List<String> ROCKSDB = List.of("org.rocksdb..");
  private static final List<String> JDBC =
      List.of(
          "java.sql..",
          "javax.sql..",
          "org.postgresql..",
          "com.zaxxer.hikari..",
          "org.flywaydb.core..");
  private static final List<String> METRICS =
      List.of("io.micrometer.core.instrument..", "io.micrometer.prometheusmetrics..");
  private static final List<String> TRACES = List.of("io.opentelemetry..");
  private static final List<String> CONSOLE = List.of("picocli..", "me.tongfei.progressbar..");
  private static final List<String> LOGBACK = List.of("ch.qos.logback..");
  private static final List<String> SERVING = join(PROTOBUF, ARMERIA, GRPC, JACKSON);
  private static final List<String> NATIVE_PROTO = List.of("dev.parley.proto.v1");

  static final Room MODEL = Room.of("model", JDK).withPackagesBelow();
  static final Room STORAGE =
      Room.of("storage", JDK, MODEL).with("query", "rules", "transfer", "check");
  static final Room AUTH = Room.of("auth", join(JDK, LOG, JWT), MODEL, STORAGE);
  // The manifest is protobuf of its own, and no business of the wire.
  static final Room BACKUP =
      Room.of("storage.backup", join(JDK, List.of("com.google.protobuf..")), STORAGE)
          .withPackagesBelow();
  static final Room CORE = Room.of("core", join(JDK, LOG), MODEL, STORAGE, BACKUP, AUTH);
  // Bytes to messages and back: knows neither callers nor use cases.
  static final Room JSON =
      Room.of("api.json", join(JDK, LOG, PROTOBUF, JACKSON, NATIVE_PROTO), MODEL);
  // The call pipeline knows RPCs by gRPC's descriptors, but no transport.
  static final Room CALL =
      Room.of(
          "api.call",
          join(JDK, LOG, PROTOBUF, GRPC, JACKSON, LIMITS, STREAMS, NATIVE_PROTO),
          JSON,
          CORE,
          AUTH,
          STORAGE,
          MODEL);
  static final Room HTTP = Room.of("api.http", join(JDK, LOG, ARMERIA), CALL, MODEL);
  static final Room REST =
      Room.of("api.rest", join(JDK, LOG, SERVING, NATIVE_PROTO), CALL, HTTP, JSON, AUTH, MODEL);
  static final Room GRPC_TRANSPORT =
      Room.of("api.grpc", join(JDK, LOG, SERVING, NATIVE_PROTO), CALL, HTTP, JSON, AUTH, MODEL);
  static final Room PARLEY = face("parley", NATIVE_PROTO);
  static final Room GUAYABA = face("guayaba", List.of("dev.parley.proto.guayaba.v1"));
  static final Room GRIP = face("grip", List.of("dev.parley.proto.grip.v1"));
  static final Room POWABASE = face("powabase", List.of("dev.parley.proto.powabase.v1"));
  static final Room FOUNDRY = face("foundry", List.of("dev.parley.proto.foundry.v2"));
  static final Room OPENAPI =
      Room.of("api.openapi", join(JDK, PROTOBUF, GRPC, JACKSON, NATIVE_PROTO), CALL, JSON, MODEL);
  // Files for browsers: sees nothing of what they are about.
  static final Room PAGES = Room.of("pages", join(JDK, ARMERIA));
  static final Room COMMIT = Room.of("storage.commit", join(JDK, LOG), STORAGE, MODEL);
  // The engine keeps its records as protobuf of its own; they are no business of the wire.
  static final Room ROCKS =
      Room.of(
              "storage.rocksdb",
              join(JDK, LOG, ROCKSDB, List.of("com.google.protobuf..")),
              STORAGE,
              COMMIT,
              MODEL)
          .withPackagesBelow();
  static final Room POSTGRES =
      Room.of("storage.postgres", join(JDK, LOG, JDBC, METRICS), STORAGE, COMMIT, MODEL)
          .withPackagesBelow();
  static final Room CONFIG = Room.of("config", JDK);

  static final Room TELEMETRY =
      Room.of("telemetry", join(JDK, LOG, ARMERIA, METRICS, TRACES), HTTP, COMMIT, CONFIG);

  /** All rooms but the one that sees them all. */
  private static final List<Room> INNER =
      List.of(
          MODEL,
          STORAGE,
          AUTH,
          CORE,
          JSON,
          CALL,
          HTTP,
          REST,
          GRPC_TRANSPORT,
          PARLEY,
          GUAYABA,
          GRIP,
          POWABASE,
          FOUNDRY,
          OPENAPI,
          PAGES,
          BACKUP,
          COMMIT,
          ROCKS,
          POSTGRES,
          CONFIG,
          TELEMETRY);

  static final Room APP =
      Room.of(
              "app",
              join(JDK, LOG, SERVING, CONSOLE, LOGBACK, METRICS, List.of("dev.parley.proto..")),
              INNER.toArray(Room[]::new))
          .withPackagesBelow();

  /** Every room. */
  static final List<Room> ALL = Stream.concat(INNER.stream(), Stream.of(APP)).toList();

  private Rooms() {}

  /** An API calls core and maps. It knows no other API and no transport. */
  private static Room face(String name, List<String> proto) {
    return Room.of(
        "api." + name,
        join(JDK, LOG, PROTOBUF, GRPC, JACKSON, STREAMS, NATIVE_PROTO, proto),
        CALL,
        JSON,
        CORE,
        AUTH,
        MODEL);
  }

  @SafeVarargs
  private static List<String> join(List<String>... parts) {
    return Stream.of(parts).flatMap(Collection::stream).toList();
  }
}
