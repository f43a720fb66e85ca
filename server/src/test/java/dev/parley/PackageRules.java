package dev.parley;

import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * The packages of the server and the client, and what each may depend on. A package or a library
 * that is not listed here may not be used.
 */
final class PackageRules {
  /**
   * Parts of the JDK that every package may use. {@code java.sql} is for the PostgreSQL store only.
   */
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
  private static final List<String> CACHES = List.of("com.github.benmanes.caffeine.cache..");
  private static final List<String> LIMITS = join(List.of("io.github.bucket4j.."), CACHES);
  private static final List<String> JWT = List.of("com.nimbusds.jose..");
  private static final List<String> ROCKSDB = List.of("org.rocksdb..");
  private static final List<String> JDBC =
      List.of(
          "java.sql..",
          "javax.sql..",
          "org.postgresql..",
          "com.zaxxer.hikari..",
          "org.flywaydb.core..",
          "org.flywaydb.database.postgresql..");
  private static final List<String> METRICS =
      List.of("io.micrometer.core.instrument..", "io.micrometer.prometheusmetrics..");
  private static final List<String> TRACES = List.of("io.opentelemetry..");
  private static final List<String> CONSOLE = List.of("picocli..", "me.tongfei.progressbar..");
  private static final List<String> LOGBACK = List.of("ch.qos.logback..", "net.logstash.logback..");
  private static final List<String> SERVING = join(PROTOBUF, ARMERIA, GRPC, JACKSON);
  private static final List<String> NATIVE_PROTO = List.of("dev.parley.proto.v1");

  static final PackageRule MODEL = PackageRule.of("model", JDK).withSubpackages();
  static final PackageRule STORAGE =
      PackageRule.of("storage", join(JDK, LOG), MODEL)
          .withSubpackages(
              "change",
              "live",
              "query",
              "rules",
              "run",
              "transfer",
              "check",
              "migration",
              "webhook");
  static final PackageRule AUTH = PackageRule.of("auth", join(JDK, LOG, JWT), MODEL, STORAGE);
  // The manifest of a backup is a protobuf message, but not one of the API.
  static final PackageRule BACKUP =
      PackageRule.of("storage.backup", join(JDK, List.of("com.google.protobuf..")), STORAGE)
          .withSubpackages();
  // The text of messages is analyzed with Lucene for all stores.
  static final PackageRule SEARCH =
      PackageRule.of(
              "search", join(JDK, LOG, JACKSON, List.of("org.apache.lucene..")), MODEL, STORAGE)
          .withSubpackages();
  static final PackageRule CORE =
      PackageRule.of("core", join(JDK, LOG, JACKSON, CACHES), MODEL, STORAGE, BACKUP, AUTH, SEARCH)
          .withSubpackages();
  // Converts between JSON and messages. Depends on neither callers nor use cases.
  static final PackageRule JSON =
      PackageRule.of("api.json", join(JDK, LOG, PROTOBUF, JACKSON, NATIVE_PROTO), MODEL);
  // The call pipeline uses gRPC method descriptors, but no transport.
  static final PackageRule CALL =
      PackageRule.of(
              "api.call",
              join(JDK, LOG, PROTOBUF, GRPC, JACKSON, LIMITS, STREAMS, NATIVE_PROTO),
              JSON,
              CORE,
              AUTH,
              STORAGE,
              MODEL)
          .withSubpackages();
  static final PackageRule HTTP = PackageRule.of("api.http", join(JDK, LOG, ARMERIA), CALL, MODEL);
  static final PackageRule REST =
      PackageRule.of(
              "api.rest", join(JDK, LOG, SERVING, NATIVE_PROTO), CALL, HTTP, JSON, AUTH, MODEL)
          .withSubpackages();
  static final PackageRule GRPC_TRANSPORT =
      PackageRule.of(
          "api.grpc", join(JDK, LOG, SERVING, NATIVE_PROTO), CALL, HTTP, JSON, AUTH, MODEL);
  static final PackageRule PARLEY = apiRule("parley", CACHES);
  static final PackageRule GUAYABA = apiRule("guayaba", List.of("dev.parley.proto.guayaba.v1"));
  static final PackageRule GRIP = apiRule("grip", List.of("dev.parley.proto.grip.v1"));
  static final PackageRule POWABASE = apiRule("powabase", List.of("dev.parley.proto.powabase.v1"));
  static final PackageRule FOUNDRY = apiRule("foundry", List.of("dev.parley.proto.foundry.v2"));
  static final PackageRule OPENAI = apiRule("openai", List.of("dev.parley.proto.openai.v1"));
  static final PackageRule OPENAPI =
      PackageRule.of(
          "api.openapi", join(JDK, PROTOBUF, GRPC, JACKSON, NATIVE_PROTO), CALL, JSON, MODEL);
  // Serves files to browsers, independently of their content.
  static final PackageRule PAGES = PackageRule.of("pages", join(JDK, ARMERIA));
  static final PackageRule COMMIT =
      PackageRule.of("storage.commit", join(JDK, LOG), STORAGE, MODEL);
  // The store encodes its records as protobuf messages, but not those of the API.
  static final PackageRule ROCKS =
      PackageRule.of(
              "storage.rocksdb",
              join(JDK, LOG, ROCKSDB, List.of("com.google.protobuf..")),
              STORAGE,
              COMMIT,
              MODEL)
          .withSubpackages();
  static final PackageRule POSTGRES =
      PackageRule.of(
              "storage.postgres",
              join(JDK, LOG, JDBC, CACHES, METRICS),
              STORAGE,
              COMMIT,
              SEARCH,
              MODEL)
          .withSubpackages();
  static final PackageRule CONFIG = PackageRule.of("config", JDK);

  static final PackageRule TELEMETRY =
      PackageRule.of(
          "telemetry", join(JDK, LOG, ARMERIA, METRICS, TRACES, LIMITS), HTTP, COMMIT, CONFIG);

  /** All packages except {@code app}, which may use all of them. */
  private static final List<PackageRule> INNER =
      List.of(
          MODEL,
          STORAGE,
          AUTH,
          SEARCH,
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
          OPENAI,
          OPENAPI,
          PAGES,
          BACKUP,
          COMMIT,
          ROCKS,
          POSTGRES,
          CONFIG,
          TELEMETRY);

  static final PackageRule APP =
      PackageRule.of(
              "app",
              join(
                  JDK,
                  LOG,
                  SERVING,
                  CONSOLE,
                  LOGBACK,
                  METRICS,
                  List.of("dev.parley.proto..", "javax.net.ssl..")),
              INNER.toArray(PackageRule[]::new))
          .withSubpackages();

  // The client is in the jar of the stubs. Nothing of the server uses it, not even app.
  static final PackageRule CLIENT =
      PackageRule.of(
          "client",
          join(
              JDK,
              List.of("com.google.protobuf..", "com.google.rpc.."),
              List.of("io.grpc", "io.grpc.protobuf", "io.grpc.stub"),
              NATIVE_PROTO));

  /** The rules of all packages. */
  static final List<PackageRule> ALL =
      Stream.concat(INNER.stream(), Stream.of(APP, CLIENT)).toList();

  private PackageRules() {}

  /** An API uses core and the pipeline. It uses no other API and no transport. */
  private static PackageRule apiRule(String name, List<String> proto) {
    return PackageRule.of(
            "api." + name,
            join(JDK, LOG, PROTOBUF, GRPC, JACKSON, STREAMS, NATIVE_PROTO, proto),
            CALL,
            JSON,
            CORE,
            AUTH,
            SEARCH,
            MODEL)
        .withSubpackages();
  }

  @SafeVarargs
  private static List<String> join(List<String>... parts) {
    return Stream.of(parts).flatMap(Collection::stream).toList();
  }
}
