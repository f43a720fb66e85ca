package dev.parley.testing;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate authority and certificates, as files. */
public final class TestPki {
  private final Path folder;
  private final X509Bundle authority;

  /** Creates an authority with its files in {@code folder}. */
  public TestPki(Path folder) throws Exception {
    this.folder = folder;
    authority =
        new CertificateBuilder()
            .algorithm(Algorithm.ecp256)
            .subject("CN=Test authority")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
  }

  /** The certificate of the authority. */
  public Path authority() {
    return write("authority.pem", authority.getCertificatePEM());
  }

  /** A certificate for the loopback address, or for a client. */
  public X509Bundle issue(String name) throws Exception {
    return new CertificateBuilder()
        .algorithm(Algorithm.ecp256)
        .subject("CN=" + name)
        .addSanDnsName("localhost")
        .addSanIpAddress("127.0.0.1")
        .buildIssuedBy(authority);
  }

  /** A certificate for another host name. */
  public X509Bundle issueForHost(String host) throws Exception {
    return new CertificateBuilder()
        .algorithm(Algorithm.ecp256)
        .subject("CN=" + host)
        .addSanDnsName(host)
        .buildIssuedBy(authority);
  }

  /** A certificate for the loopback address that expired a day ago. */
  public X509Bundle issueExpired() throws Exception {
    return new CertificateBuilder()
        .algorithm(Algorithm.ecp256)
        .subject("CN=expired")
        .addSanIpAddress("127.0.0.1")
        .notBefore(Instant.now().minus(Duration.ofDays(2)))
        .notAfter(Instant.now().minus(Duration.ofDays(1)))
        .buildIssuedBy(authority);
  }

  /** The file of a certificate. */
  public Path certificate(String file, X509Bundle bundle) {
    return write(file, bundle.getCertificatePathPEM());
  }

  /** The file of the private key. */
  public Path key(String file, X509Bundle bundle) {
    return write(file, bundle.getPrivateKeyPEM());
  }

  /**
   * Creates the TLS context of a Java client that trusts the authority and, if given, presents a
   * certificate.
   */
  public SSLContext client(X509Bundle... shown) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(shown.length == 0 ? null : keyStore(shown[0]), new char[0]);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    KeyStore trusted = empty();
    trusted.setCertificateEntry("authority", authority.getCertificate());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static KeyStore keyStore(X509Bundle bundle) throws GeneralSecurityException, IOException {
    KeyStore store = empty();
    store.setKeyEntry(
        "client", bundle.getKeyPair().getPrivate(), new char[0], bundle.getCertificatePath());
    return store;
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private Path write(String file, String text) {
    try {
      return Files.writeString(folder.resolve(file), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
