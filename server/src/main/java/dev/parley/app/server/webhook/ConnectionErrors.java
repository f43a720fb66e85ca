package dev.parley.app.server.webhook;

import com.linecorp.armeria.client.ResponseTimeoutException;
import com.linecorp.armeria.client.WriteTimeoutException;
import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Describes failures of connections in words. The text tells nothing about the server itself. */
final class ConnectionErrors {
  private ConnectionErrors() {}

  static String text(@Nullable Throwable failure) {
    // One text for names that do not exist and for names of private addresses, so that callers
    // cannot look around in the network of the server.
    if (has(failure, UnknownHostException.class)) {
      return "The host has no address that this server sends to.";
    }
    if (has(failure, CertificateException.class)) {
      return "The certificate of the receiver is not trusted, expired, or for another host.";
    }
    if (has(failure, SSLException.class)) {
      return "The TLS handshake failed.";
    }
    if (has(failure, ResponseTimeoutException.class)
        || has(failure, WriteTimeoutException.class)
        || has(failure, ConnectTimeoutException.class)) {
      return "The receiver did not answer in time.";
    }
    if (has(failure, ConnectException.class)) {
      return "The connection was refused.";
    }
    return "The connection failed.";
  }

  private static boolean has(@Nullable Throwable failure, Class<? extends Throwable> type) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < 20; depth++) {
      if (type.isInstance(cause)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
