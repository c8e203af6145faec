// The beginning of a sitting gets its number on the device: pressed twice, it is one sitting.
for (const form of document.querySelectorAll("[data-begin]")) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40; // version 4 of RFC 9562
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  form.elements.ma.value = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
