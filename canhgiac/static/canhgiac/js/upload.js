// The upload field: drop a file on it, see its name, watch it go. Without JavaScript it is a plain file field.
import { toast } from "./overlays.js";

const MEGABYTE = 1024 * 1024;

function size(bytes) {
  const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  return bytes < MEGABYTE ? `${number.format(Math.ceil(bytes / 1024))} kB` : `${number.format(bytes / MEGABYTE)} MB`;
}

for (const zone of document.querySelectorAll("[data-drop]")) {
  const input = zone.querySelector('input[type="file"]');
  const show = () => {
    zone.querySelector("output").textContent = [...input.files].map((file) => `${file.name}, ${size(file.size)}`).join("; ");
  };
  input.addEventListener("change", show);
  for (const kind of ["dragenter", "dragover"]) {
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.add("over");
    });
  }
  for (const kind of ["dragleave", "drop"]) zone.addEventListener(kind, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer?.files.length) return;
    input.files = event.dataTransfer.files;
    show();
  });
}

// A form with data-upload is sent in the background so that its progress shows; the answer is then opened as a page.
for (const form of document.querySelectorAll("form[data-upload]")) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    send(form, event.submitter);
  });
}

function send(form, submitter) {
  const data = new FormData(form, submitter);
  const box = form.querySelector("[data-progress]");
  const bar = box.querySelector("progress");
  const request = new XMLHttpRequest();
  const again = () => {
    box.hidden = true;
    if (submitter) submitter.disabled = false;
  };
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    bar.value = (100 * event.loaded) / event.total;
    box.querySelector("[data-progress-words]").textContent = `${size(event.loaded)} / ${size(event.total)}`;
  });
  request.addEventListener("load", () => {
    if (request.status < 400 && request.responseURL !== form.action) {
      location.assign(request.responseURL);
    } else {
      document.open();
      document.write(request.responseText);
      document.close();
    }
  });
  request.addEventListener("error", () => {
    again();
    toast(form.dataset.uploadFailed ?? "…", "error");
  });
  box.hidden = false;
  if (submitter) submitter.disabled = true;
  request.open("POST", form.action);
  request.send(data);
}
