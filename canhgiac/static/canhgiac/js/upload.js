// The upload field: drop a file on it, see its name, watch it go. Without JavaScript it is a plain file field.
// htmx sends the form (hx-encoding="multipart/form-data"), so that its progress is known.
const MEGABYTE = 1024 * 1024;

function size(bytes) {
  const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  return bytes < MEGABYTE ? `${number.format(Math.ceil(bytes / 1024))} kB` : `${number.format(bytes / MEGABYTE)} MB`;
}

function zoneOf(event) {
  return event.target instanceof Element ? event.target.closest("[data-drop]") : null;
}

function show(zone) {
  const files = [...zone.querySelector('input[type="file"]').files];
  zone.querySelector("output").textContent = files.map((file) => `${file.name}, ${size(file.size)}`).join("; ");
}

document.addEventListener("change", (event) => {
  const zone = zoneOf(event);
  if (zone) show(zone);
});
document.addEventListener("dragover", (event) => {
  const zone = zoneOf(event);
  if (!zone) return;
  event.preventDefault();
  zone.classList.add("over");
});
document.addEventListener("dragleave", (event) => zoneOf(event)?.classList.remove("over"));
document.addEventListener("drop", (event) => {
  const zone = zoneOf(event);
  if (!zone) return;
  event.preventDefault();
  zone.classList.remove("over");
  if (!event.dataTransfer.files.length) return;
  zone.querySelector('input[type="file"]').files = event.dataTransfer.files;
  show(zone);
});

document.addEventListener("htmx:xhr:progress", (event) => {
  const box = event.target.querySelector?.("[data-progress]");
  if (!box || !event.detail.lengthComputable) return;
  box.hidden = false;
  box.querySelector("progress").value = (100 * event.detail.loaded) / event.detail.total;
  box.querySelector("[data-progress-words]").textContent = `${size(event.detail.loaded)} / ${size(event.detail.total)}`;
});
document.addEventListener("htmx:afterRequest", (event) => {
  const box = event.target.querySelector?.("[data-progress]");
  if (box) box.hidden = true;
});
