package dev.parley.app.cli.client;

import io.grpc.Status;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Explains why a connection to a server failed because of TLS. */
public final class TlsFailure {
  private TlsFailure() {}

  /** A sentence that says what is wrong and what to do; null if TLS is not the cause. */
  static @Nullable String explain(Status status) {
    if (status.getCause() == null && status.getCode() == Status.Code.UNAVAILABLE) {
      return explain(String.valueOf(status.getDescription()));
    }
    String authority = null;
    for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
      String found = explain(cause, String.valueOf(cause.getMessage()));
      if (found != null) {
        return found;
      }
      if (cause instanceof CertPathBuilderException
          || cause instanceof CertPathValidatorException
          || cause.getClass().getSimpleName().equals("ValidatorException")) {
        authority =
            "The certificate of the server is not known: no trusted CA has signed it. Give the"
                + " certificate of its CA with --ca.";
      }
    }
    return authority;
  }

  /** A sentence for a connection that {@code server} closed without a reason. */
  static String hint(String server) {
    // A server that is killed closes its connections, too, so TLS is only a guess.
    return server.startsWith("http:")
        ? "If the server uses TLS, use https:// in --server."
        : "If the server requires a client certificate, give one with --cert and --cert-key.";
  }

  private static @Nullable String explain(Throwable cause, String message) {
    if (cause instanceof CertificateExpiredException) {
      return "The certificate of the server, or of its CA, has expired: " + message + ".";
    }
    if (cause instanceof CertificateNotYetValidException) {
      return "The certificate of the server, or of its CA, is not valid yet: " + message + ".";
    }
    if (message.startsWith("No subject alternative") || message.startsWith("No name matching")) {
      return "The certificate of the server does not match the name in --server: " + message + ".";
    }
    if (cause.getClass().getSimpleName().equals("NotSslRecordException")) {
      return "The server speaks plain HTTP and not TLS. Use http:// in --server.";
    }
    return explain(message);
  }

  /** Explains what only the text of an error tells. */
  private static @Nullable String explain(String message) {
    String lower = message.toLowerCase(Locale.ROOT);
    if (lower.contains("certificate_required")
        || lower.contains("certificate required")
        || lower.contains("bad_certificate")
        || lower.contains("bad certificate")) {
      return "The server requires a client certificate. Give one with --cert and --cert-key.";
    }
    if (lower.contains("first received frame was not settings")) {
      return "The server does not answer in HTTP/2 without TLS. If it uses TLS, use https:// in"
          + " --server.";
    }
    return null;
  }
}
