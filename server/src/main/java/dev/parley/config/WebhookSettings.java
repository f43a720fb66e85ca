package dev.parley.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The settings of webhooks.
 *
 * @param on see {@link Setting#WEBHOOKS}
 * @param hosts see {@link Setting#WEBHOOK_HOSTS}; in lower case
 * @param privateAddresses see {@link Setting#WEBHOOK_PRIVATE_ADDRESSES}
 * @param ca see {@link Setting#WEBHOOK_CA}; empty for the certificates of the JDK
 */
public record WebhookSettings(
    boolean on, List<String> hosts, List<AddressBlock> privateAddresses, Optional<Path> ca) {
  private static final Pattern HOST =
      Pattern.compile("\\*|(\\*\\.)?[a-z0-9_-]+(\\.[a-z0-9_-]+)*|\\[[0-9a-f:.]+]");

  static WebhookSettings of(SettingsResolver resolver) {
    return new WebhookSettings(
        resolver.isFirst(Setting.WEBHOOKS, "on", "off"),
        hosts(resolver),
        AddressBlock.list(resolver, Setting.WEBHOOK_PRIVATE_ADDRESSES),
        resolver.file(Setting.WEBHOOK_CA));
  }

  private static List<String> hosts(SettingsResolver resolver) {
    String text = resolver.required(Setting.WEBHOOK_HOSTS);
    List<String> hosts = new ArrayList<>();
    for (String each : text.split(",", -1)) {
      if (!HOST.matcher(each.strip()).matches()) {
        throw Setting.WEBHOOK_HOSTS.invalidValue(text);
      }
      hosts.add(each.strip());
    }
    return List.copyOf(hosts);
  }
}
