// The trainer's pages: a code that could not be renewed says so, "tick all", printing.
const FRESH = 35_000; // milliseconds; a code is good for the half minute it is shown and the one after

const place = document.querySelector("[data-code-place]");
const stale = document.querySelector("[data-stale]");
if (place && stale) {
  let last = Date.now();
  place.addEventListener("htmx:afterSwap", () => {
    last = Date.now();
    stale.hidden = true;
  });
  setInterval(() => (stale.hidden = Date.now() - last < FRESH), 1000);
}

for (const form of document.querySelectorAll("[data-ticks]")) {
  const all = form.querySelector("[data-tick-all]");
  const boxes = [...form.querySelectorAll("[name=co_mat]")];
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  all.closest("[data-needs-js]").hidden = false;
  all.addEventListener("change", () => boxes.forEach((box) => (box.checked = all.checked)));
  form.addEventListener("change", (event) => event.target !== all && show());
  show();
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
