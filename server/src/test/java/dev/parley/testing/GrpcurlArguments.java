package dev.parley.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.Metadata;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;

/**
 * The command line of {@link Grpcurl}.
 *
 * @param address {@code host:port}
 * @param symbol the symbol to list, describe or call; may be empty for list and describe
 * @param data the request in JSON; empty for an empty request
 * @param headers the headers of all calls, including reflection
 * @param reflectionVersions the versions of reflection to try in this order
 */
record GrpcurlArguments(
    String address,
    Verb verb,
    String symbol,
    String data,
    Metadata headers,
    List<String> reflectionVersions) {

  enum Verb {
    LIST,
    DESCRIBE,
    CALL
  }

  /**
   * Parses the arguments.
   *
   * @throws IllegalArgumentException if they are invalid; the message is for the user
   */
  static GrpcurlArguments parse(String[] args, InputStream in) throws IOException {
    boolean plaintext = false;
    String data = "";
    Metadata headers = new Metadata();
    List<String> versions = List.of("v1", "v1alpha");
    List<String> positional = new ArrayList<>();
    for (Iterator<String> rest = List.of(args).iterator(); rest.hasNext(); ) {
      String arg = rest.next();
      // Like grpcurl, it accepts one or two dashes.
      switch (arg.startsWith("--") ? arg.substring(1) : arg) {
        case "-plaintext" -> plaintext = true;
        case "-d" -> data = value(arg, rest);
        case "-H" -> addHeader(headers, value(arg, rest));
        case "-reflect-version" -> versions = List.of(value(arg, rest));
        default -> positional.add(positional(arg));
      }
    }
    if (!plaintext) {
      throw new IllegalArgumentException("Only -plaintext is supported.");
    }
    if (data.equals("@")) {
      data = new String(in.readAllBytes(), UTF_8);
    }
    if (positional.size() < 2 || positional.size() > 3) {
      throw new IllegalArgumentException("Usage: [flags] host:port list|describe|method [symbol]");
    }
    Verb verb =
        switch (positional.get(1)) {
          case "list" -> Verb.LIST;
          case "describe" -> Verb.DESCRIBE;
          default -> Verb.CALL;
        };
    if (verb == Verb.CALL && positional.size() > 2) {
      throw new IllegalArgumentException("Too many arguments.");
    }
    String last = positional.get(positional.size() - 1);
    String symbol = verb != Verb.CALL && positional.size() == 2 ? "" : last;
    return new GrpcurlArguments(positional.get(0), verb, symbol, data, headers, versions);
  }

  private static String positional(String arg) {
    if (arg.startsWith("-")) {
      throw new IllegalArgumentException("Unknown flag: " + arg);
    }
    return arg;
  }

  private static String value(String flag, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new IllegalArgumentException("Flag needs a value: " + flag);
    }
    return rest.next();
  }

  private static void addHeader(Metadata headers, String header) {
    int colon = header.indexOf(':');
    String name = (colon < 0 ? header : header.substring(0, colon)).strip();
    String value = colon < 0 ? "" : header.substring(colon + 1).strip();
    if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
      headers.put(
          Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER),
          Base64.getDecoder().decode(value));
    } else {
      headers.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
    }
  }
}
