package dev.parley.core.webhook.url;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.SessionException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetRulesTest {
  /** Not a valid name in DNS. It must be refused without an internal error. */
  private static final String LONG_LABEL =
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

  private static final PublicAddresses PUBLIC = new PublicAddresses(address -> false);
  private static final TargetRules OPEN = new TargetRules(List.of("*"), PUBLIC);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.com",
        "https://example.com:8443/a?b=c",
        "HTTPS://EXAMPLE.com/",
        "https://8.8.8.8/hook",
        "https://[2606:4700::1111]/hook",
        "https://" + LONG_LABEL + ".example.com",
        "https://localhost.example.com./"
      })
  void publicUrl_isAllowed(String url) {
    assertThatCode(() -> OPEN.require(url)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "example.com",
        "http://example.com",
        "ftp://example.com",
        "https://",
        "https:///path",
        "https://user:secret@example.com",
        "https://example.com#fragment",
        "https://example.com:0/",
        "https://example.com:70000/",
        "https://exa mple.com",
        "https://ex\u00e4mple.com",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[64:ff9b:1:a00:0:100:808:808]/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[fd00:ec2::254]/"
      })
  void otherUrl_isRejected_andTheErrorNamesTheField(String url) {
    assertThatThrownBy(() -> OPEN.require(url))
        .isInstanceOfSatisfying(
            SessionException.class,
            e -> assertThat(e.violations()).singleElement().extracting("field").isEqualTo("url"));
  }

  @ParameterizedTest
  @CsvSource({
    "https://hooks.example.com/,     true",
    "https://a.b.example.com/,       true",
    "https://partner.org/,           true",
    "https://PARTNER.org./,          true",
    "https://example.com/,           false",
    "https://evilexample.com/,       false",
    "https://partner.org.evil.com/,  false",
    "https://8.8.8.8/,               false"
  })
  void namedHosts_onlyThese(String url, boolean allowed) {
    TargetRules rules = new TargetRules(List.of("*.example.com", "partner.org"), PUBLIC);

    if (allowed) {
      assertThatCode(() -> rules.require(url)).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> rules.require(url)).isInstanceOf(SessionException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1.1.1.1, true",
    "100.63.255.255, true",
    "100.128.0.0, true",
    "172.15.255.255, true",
    "172.32.0.0, true",
    "192.0.1.1, true",
    "198.17.255.255, true",
    "198.20.0.0, true",
    "223.255.255.255, true",
    "0.0.0.0, false",
    "10.1.2.3, false",
    "100.64.0.0, false",
    "100.127.255.255, false",
    "127.0.0.1, false",
    "169.254.169.254, false",
    "172.16.0.0, false",
    "172.31.255.255, false",
    "192.0.0.1, false",
    "192.0.2.1, false",
    "192.88.99.1, false",
    "192.168.0.1, false",
    "198.18.0.1, false",
    "198.19.255.255, false",
    "198.51.100.1, false",
    "203.0.113.1, false",
    "224.0.0.1, false",
    "255.255.255.255, false",
    "2606:4700::1111, true",
    "64:ff9b::808:808, true",
    "2002:808:808::1, true",
    "::, false",
    "::1, false",
    "::7f00:1, false",
    "::ffff:127.0.0.1, false",
    "64:ff9b::a00:1, false",
    "64:ff9b:1::1, false",
    "64:ff9b:1:a00:0:100:808:808, false",
    "100::1, false",
    "2001::1, false",
    "2001:db8::1, false",
    "2002:a00:1::1, false",
    "3fff::1, false",
    "fc00::1, false",
    "fd00:ec2::254, false",
    "fe80::1, false",
    "fec0::1, false",
    "ff02::1, false"
  })
  void addresses_onlyThoseOfThePublicInternet(String address, boolean allowed)
      throws UnknownHostException {
    assertThat(PUBLIC.test(InetAddress.getByName(address))).isEqualTo(allowed);
  }

  @ParameterizedTest
  @CsvSource({"10.1.2.3, true", "10.2.0.1, false"})
  void addressesThatTheOperatorAllows_areAllowed(String address, boolean allowed)
      throws UnknownHostException {
    PublicAddresses addresses =
        new PublicAddresses(each -> each.getHostAddress().startsWith("10.1."));

    assertThat(addresses.test(InetAddress.getByName(address))).isEqualTo(allowed);
  }
}
