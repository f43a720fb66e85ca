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
 * The certificate that the server shows and those that it trusts, as the files have them: a change
 * is taken up within seconds, by connections that begin then. What cannot be used is logged once,
 * and what was in use stays so.
 */
final class Certificates implements TlsProvider {
  private static final Logger log = LoggerFactory.getLogger(Certificates.class);
  private static final int SECONDS_BETWEEN_LOOKS = 1;
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
   * Loads the files and begins to watch them.
   *
   * @throws ConfigException if one of them cannot be used
   */
  Certificates(TlsSettings settings) {
    this.settings = settings;
    try {
      seen = read();
      loaded = load();
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new ConfigException(
          "The TLS files (%s, %s, %s) cannot be used: %s"
              .formatted(
                  Setting.TLS_CERTIFICATE.key(),
                  Setting.TLS_KEY.key(),
                  Setting.TLS_CLIENT_CA.key(),
                  oneLine(e)));
    }
    var unused =
        watch.scheduleWithFixedDelay(
            this::look, SECONDS_BETWEEN_LOOKS, SECONDS_BETWEEN_LOOKS, TimeUnit.SECONDS);
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
      throw new GeneralSecurityException("There is no certificate in " + settings.clientCa().get());
    }
    return new Loaded(pair, trusted);
  }

  private static TlsKeyPair pair(byte[] key, byte[] certificate) throws GeneralSecurityException {
    try {
      return TlsKeyPair.of(new ByteArrayInputStream(key), new ByteArrayInputStream(certificate));
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException(
          "The certificate is none in PEM, or the key no RSA or EC key in PKCS #8"
              + " (openssl pkcs8 -topk8 -nocrypt makes one).",
          e);
    }
  }

  /** Of files that are replaced one after the other, a look may find the old and the new. */
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
    // As the JDK has it: the key may come from another provider, under another name.
    PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(key.getEncoded());
    try {
      signature.initSign(KeyFactory.getInstance(kind).generatePrivate(encoded));
    } catch (InvalidKeySpecException e) {
      throw new GeneralSecurityException("The key is not that of the certificate.", e);
    }
    signature.update(PROBE);
    byte[] signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    signature.update(PROBE);
    if (!signature.verify(signed)) {
      throw new GeneralSecurityException("The key is not that of the certificate.");
    }
  }

  private void look() {
    try {
      List<byte[]> now = read();
      if (Arrays.deepEquals(now.toArray(), seen.toArray())) {
        return;
      }
      seen = now;
      loaded = load();
      problem = "";
      log.info("The TLS files were changed; the certificate ends on {}.", expiry());
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      if (!oneLine(e).equals(problem)) {
        log.warn("The TLS files were changed and cannot be used: {}", oneLine(e));
      }
      problem = oneLine(e);
    }
  }

  private static String oneLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  /** When the certificate ends. */
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
