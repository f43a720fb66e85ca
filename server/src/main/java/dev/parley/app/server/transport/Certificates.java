package dev.parley.app.server.transport;

import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.common.TlsProvider;
import dev.parley.config.ConfigException;
import dev.parley.config.Setting;
import dev.parley.config.TlsSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the server certificate and the trusted CA certificates from files, and reloads them when
 * the files change. New connections use the new files within seconds. If the new files are not
 * valid, a warning is logged once and the previous certificates stay in use.
 */
final class Certificates implements TlsProvider {
  private static final Logger log = LoggerFactory.getLogger(Certificates.class);
  private static final int CHECK_SECONDS = 1;
  private static final byte[] PROBE = {1, 2, 3};

  private final TlsSettings settings;
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "parley-certificates");
            thread.setDaemon(true);
            return thread;
          });

  private List<byte[]> seen;
  private String problem = "";
  private volatile Loaded loaded;

  private record Loaded(TlsKeyPair pair, List<X509Certificate> trusted) {}

  /**
   * Loads the files and starts to watch them.
   *
   * @throws ConfigException if a file is not valid
   */
  Certificates(TlsSettings settings) {
    this.settings = settings;
    try {
      seen = read();
      loaded = load();
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new ConfigException(
          "The TLS files (%s, %s, %s) are not valid: %s"
              .formatted(
                  Setting.TLS_CERTIFICATE.key(),
                  Setting.TLS_KEY.key(),
                  Setting.TLS_CLIENT_CA.key(),
                  oneLine(e)));
    }
    var unused =
        watch.scheduleWithFixedDelay(this::reload, CHECK_SECONDS, CHECK_SECONDS, TimeUnit.SECONDS);
  }

  private List<byte[]> read() throws IOException {
    return List.of(
        Files.readAllBytes(settings.certificate()),
        Files.readAllBytes(settings.key()),
        settings.clientCa().isPresent()
            ? Files.readAllBytes(settings.clientCa().get())
            : new byte[0]);
  }

  private Loaded load() throws GeneralSecurityException {
    TlsKeyPair pair = pair(seen.get(1), seen.get(0));
    requirePair(pair.privateKey(), pair.certificateChain().get(0));
    if (settings.clientCa().isEmpty()) {
      return new Loaded(pair, List.of());
    }
    List<X509Certificate> trusted =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(seen.get(2)))
            .stream()
            .map(X509Certificate.class::cast)
            .toList();
    if (trusted.isEmpty()) {
      throw new GeneralSecurityException("No certificate found in " + settings.clientCa().get());
    }
    return new Loaded(pair, trusted);
  }

  private static TlsKeyPair pair(byte[] key, byte[] certificate) throws GeneralSecurityException {
    try {
      return TlsKeyPair.of(new ByteArrayInputStream(key), new ByteArrayInputStream(certificate));
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException(
          "The certificate must be in PEM format, and the key an RSA or EC key in PKCS #8 format"
              + " (convert it with: openssl pkcs8 -topk8 -nocrypt).",
          e);
    }
  }

  /** Checks that key and certificate match. They do not while the files are being replaced. */
  private static void requirePair(PrivateKey key, X509Certificate certificate)
      throws GeneralSecurityException {
    String kind = certificate.getPublicKey().getAlgorithm();
    Signature signature =
        Signature.getInstance(
            switch (kind) {
              case "RSA" -> "SHA256withRSA";
              case "EC" -> "SHA256withECDSA";
              default -> kind;
            });
    // Re-encoded for the JDK, because the key may come from another security provider.
    PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(key.getEncoded());
    try {
      signature.initSign(KeyFactory.getInstance(kind).generatePrivate(encoded));
    } catch (InvalidKeySpecException e) {
      throw new GeneralSecurityException("The private key does not match the certificate.", e);
    }
    signature.update(PROBE);
    byte[] signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    signature.update(PROBE);
    if (!signature.verify(signed)) {
      throw new GeneralSecurityException("The private key does not match the certificate.");
    }
  }

  private void reload() {
    try {
      List<byte[]> now = read();
      if (Arrays.deepEquals(now.toArray(), seen.toArray())) {
        return;
      }
      seen = now;
      loaded = load();
      problem = "";
      log.info("TLS files reloaded. The certificate expires at {}.", expiry());
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      if (!oneLine(e).equals(problem)) {
        log.warn(
            "The changed TLS files are not valid. The previous ones stay in use: {}", oneLine(e));
      }
      problem = oneLine(e);
    }
  }

  private static String oneLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  /** The expiry of the certificate. */
  Instant expiry() {
    return loaded.pair().certificateChain().get(0).getNotAfter().toInstant();
  }

  @Override
  public TlsKeyPair keyPair(String hostname) {
    return loaded.pair();
  }

  @Override
  public List<X509Certificate> trustedCertificates(String hostname) {
    return loaded.trusted();
  }

  @Override
  public void close() {
    watch.shutdownNow();
  }
}
