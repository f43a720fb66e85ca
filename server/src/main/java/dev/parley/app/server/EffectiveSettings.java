package dev.parley.app.server;

import dev.parley.config.EffectiveSetting;
import dev.parley.config.Settings;
import dev.parley.proto.v1.GetSettingsResponse;

/** The response of {@code GetSettings}. It does not change while the server runs. */
final class EffectiveSettings {
  private EffectiveSettings() {}

  static GetSettingsResponse toWire(Settings settings) {
    GetSettingsResponse.Builder response =
        GetSettingsResponse.newBuilder().setVersion(BuildVersion.text());
    for (EffectiveSetting each : settings.effective()) {
      dev.parley.proto.v1.EffectiveSetting.Builder shown =
          response
              .addSettingsBuilder()
              .setName(each.setting().key())
              .setGroup(each.setting().group().title())
              .setDescription(each.setting().meaning() + ".");
      each.value().ifPresent(shown::setValue);
      each.source().ifPresent(shown::setSource);
    }
    return response.build();
  }
}
