package dev.parley.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Iterator;
import java.util.List;

/** A replacement for curl with the flags that the README uses, for machines without curl. */
public final class Curl {
  private static final int HTTP_ERROR = 22;
  private static final int CANNOT_CONNECT = 7;
  private static final int FIRST_ERROR = 400;

  private Curl() {}

  /** Runs the program. */
  public static void main(String[] args) throws InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder();
    boolean fail = false;
    for (Iterator<String> rest = List.of(args).iterator(); rest.hasNext(); ) {
      String arg = rest.next();
      switch (arg) {
        case "-sf", "--fail-with-body" -> fail = true;
        case "-sS" -> {}
        case "-d" -> request.POST(HttpRequest.BodyPublishers.ofString(rest.next()));
        case "-H" -> {
          String[] header = rest.next().split(": ", 2);
          request.header(header[0], header[1]);
        }
        default -> request.uri(URI.create(arg));
      }
    }
    System.exit(send(request.build(), fail));
  }

  private static int send(HttpRequest request, boolean fail) throws InterruptedException {
    try {
      HttpResponse<byte[]> answer =
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofByteArray());
      PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);
      out.writeBytes(answer.body());
      return fail && answer.statusCode() >= FIRST_ERROR ? HTTP_ERROR : 0;
    } catch (IOException e) {
      return CANNOT_CONNECT;
    }
  }
}
