package dev.parley.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The response to a raw HTTP/1.1 request. Other clients would normalize paths and headers.
 *
 * @param status the status
 * @param head the status line and headers in lower case
 * @param body the body
 */
public record RawHttp(int status, String head, String body) {
  private static final int PATIENCE_MILLIS = 5_000;
  private static final Pattern LENGTH = Pattern.compile("\r\ncontent-length: (\\d+)");

  /** Sends a request without a body. */
  public static RawHttp send(int port, String method, String target, String... headers) {
    StringBuilder request = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: x\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    return send(port, request.append("\r\n").toString());
  }

  /** Sends bytes that may not be a valid request. */
  public static RawHttp send(int port, String request) {
    boolean bodyless = request.startsWith("HEAD ");
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(request.getBytes(UTF_8));
      InputStream in = socket.getInputStream();
      StringBuilder read = new StringBuilder();
      while (read.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        if (next < 0) {
          throw new IOException("The answer ended within its head: " + read);
        }
        read.append((char) next);
      }
      String head = read.toString().toLowerCase(Locale.ROOT);
      Matcher length = LENGTH.matcher(head);
      int bytes = length.find() && !bodyless ? Integer.parseInt(length.group(1)) : 0;
      return new RawHttp(
          Integer.parseInt(head.substring(9, 12)), head, new String(in.readNBytes(bytes), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
