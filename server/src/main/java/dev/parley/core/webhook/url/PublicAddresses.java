package dev.parley.core.webhook.url;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * The IP addresses of the public internet, and others that the operator allows. Webhooks must not
 * reach the servers of the operator's own network by default.
 *
 * @param allowed further addresses that may be connected to
 */
public record PublicAddresses(Predicate<InetAddress> allowed) implements Predicate<InetAddress> {
  @Override
  public boolean test(InetAddress address) {
    return allowed.test(address) || isPublic(address);
  }

  private static boolean isPublic(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == 4 ? isPublicV4(bytes) : isPublicV6(bytes);
  }

  /** The blocks that are not globally reachable, by the registry of special-purpose addresses. */
  private static boolean isPublicV4(byte[] bytes) {
    int a = bytes[0] & 0xff;
    int b = bytes[1] & 0xff;
    int c = bytes[2] & 0xff;
    return switch (a) {
      case 0, 10, 127 -> false;
      case 100 -> b < 64 || b > 127;
      case 169 -> b != 254;
      case 172 -> b < 16 || b > 31;
      // 192.0.0.0/24 for protocols, 192.0.2.0/24 for documentation, 192.88.99.0/24 for relays.
      case 192 -> b != 168 && !(b == 0 && (c == 0 || c == 2)) && !(b == 88 && c == 99);
      case 198 -> b != 18 && b != 19 && !(b == 51 && c == 100);
      case 203 -> !(b == 0 && c == 113);
      // Multicast, reserved and broadcast.
      default -> a < 224;
    };
  }

  /** Only addresses of 2000::/3 are global. Those that contain an IPv4 address count as that. */
  private static boolean isPublicV6(byte[] bytes) {
    if (startsWith(bytes, 0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0)) {
      return isPublicV4(Arrays.copyOfRange(bytes, 12, 16));
    }
    if (startsWith(bytes, 0x20, 0x02)) {
      return isPublicV4(Arrays.copyOfRange(bytes, 2, 6));
    }
    boolean global = (bytes[0] & 0xe0) == 0x20;
    // 2001::/23 is for protocols such as Teredo, 2001:db8::/32 and 3fff::/20 for documentation.
    boolean special =
        (startsWith(bytes, 0x20, 0x01) && (bytes[2] & 0xfe) == 0)
            || startsWith(bytes, 0x20, 0x01, 0x0d, 0xb8)
            || (startsWith(bytes, 0x3f, 0xff) && (bytes[2] & 0xf0) == 0);
    return global && !special;
  }

  private static boolean startsWith(byte[] bytes, int... prefix) {
    for (int i = 0; i < prefix.length; i++) {
      if ((bytes[i] & 0xff) != prefix[i]) {
        return false;
      }
    }
    return true;
  }
}
