package dev.parley.app.server.webhook;

import java.net.UnknownHostException;

/** A host has no address that may be connected to. */
final class AddressNotAllowedException extends UnknownHostException {
  private static final long serialVersionUID = 1L;

  AddressNotAllowedException() {
    super("The host has no address that this server sends to.");
  }
}
