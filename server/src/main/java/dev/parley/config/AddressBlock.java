package dev.parley.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A CIDR block of IP addresses.
 *
 * @param base any address of the block
 * @param bits the length of the common prefix in bits
 */
public record AddressBlock(InetAddress base, int bits) {
  /** An IP address with an optional prefix length. Host names are not resolved. */
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,3}(?:\\.\\d{1,3}){3}|[0-9a-fA-F.]*:[0-9a-fA-F:.]*)(?:/(\\d{1,3}))?");

  /** Whether the block contains the address. */
  public boolean contains(InetAddress address) {
    byte[] mine = base.getAddress();
    byte[] other = address.getAddress();
    if (mine.length != other.length) {
      return false;
    }
    for (int i = 0; i < bits; i++) {
      int mask = 0x80 >> (i % 8);
      if (((mine[i / 8] ^ other[i / 8]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Returns the blocks of a setting, separated by commas. */
  static List<AddressBlock> list(SettingsResolver resolver, Setting setting) {
    return resolver.text(setting).map(value -> list(setting, value)).orElse(List.of());
  }

  private static List<AddressBlock> list(Setting setting, String value) {
    List<AddressBlock> blocks = new ArrayList<>();
    for (String each : value.split(",", -1)) {
      AddressBlock block = parse(each.strip());
      if (block == null) {
        throw setting.invalidValue(value);
      }
      blocks.add(block);
    }
    return List.copyOf(blocks);
  }

  private static @Nullable AddressBlock parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return null;
    }
    try {
      InetAddress base = InetAddress.getByName(form.group(1));
      int all = base.getAddress().length * 8;
      int bits = form.group(2) == null ? all : Integer.parseInt(form.group(2));
      return bits <= all ? new AddressBlock(base, bits) : null;
    } catch (UnknownHostException e) {
      return null;
    }
  }
}
