// Images in messages. Only images whose data is in the message are shown without a click.

/** Raster images alone: an SVG can contain scripts. */
export const IMAGE_DATA = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+$/i;
const HOST_CHARACTERS_SHOWN = 100;

/** An image, a button that loads it from another server, or a note that it is not shown. */
export function picture(url, alt) {
  if (IMAGE_DATA.test(url)) {
    return image(url, alt);
  }
  const address = parse(url);
  if (address?.protocol !== "https:") {
    const note = document.createElement("span");
    note.className = "aside";
    note.textContent = `An image that is not shown: ${alt || url.slice(0, HOST_CHARACTERS_SHOWN)}`;
    return note;
  }
  return loader(address, alt);
}

function loader(address, alt) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "load-image";
  button.title = address.href;
  const host = address.host.slice(0, HOST_CHARACTERS_SHOWN);
  button.textContent = `Load image from ${host}`;
  const named = document.createElement("span");
  named.className = "with-alt";
  named.append(button, alt ? ` ${alt}` : "");
  button.addEventListener("click", () => {
    const shown = image(address.href, alt);
    shown.referrerPolicy = "no-referrer";
    shown.addEventListener("error", () => {
      button.textContent = `The image from ${host} cannot be loaded`;
      button.disabled = true;
      shown.replaceWith(button);
    });
    named.replaceChildren(shown);
  });
  return named;
}

function image(url, alt) {
  const shown = document.createElement("img");
  shown.className = "image";
  shown.alt = alt || "Image in the message";
  shown.src = url;
  return shown;
}

function parse(url) {
  try {
    return new URL(url);
  } catch {
    return null;
  }
}
