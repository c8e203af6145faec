// The big screen: space for the next step, the quiet bar of time, and the answers shown when the time is over.
const AGAIN = 2000; // milliseconds after which a step that changed nothing is sent again
const screen = document.querySelector(".cg-live");
const net = screen.querySelector("[data-net]");
let opensAt = 0;
let wanted = ""; // the step that the host asked for, until the screen has moved on
let sentAt = 0;

function part() {
  return document.getElementById("phan");
}

/** Asks for the next step. Sent again until it is done: a line that fails or an answer that is lost costs no key. */
function step() {
  const form = part().querySelector("[data-step]");
  if (form && wanted !== form.dataset.step) form.requestSubmit();
}

function pending() {
  if (!wanted) return;
  const form = part()?.querySelector("[data-step]");
  if (form?.dataset.step !== wanted) wanted = "";
  else if (performance.now() - sentAt > AGAIN) form.requestSubmit(); // dropped while the same form is under way
}

function begun() {
  const bar = part()?.querySelector("[data-opens]");
  if (bar) opensAt = performance.now() + Number(bar.dataset.opens);
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, button, a");
  if (event.key !== " " || event.repeat || (typing && !typing.closest("[data-step]"))) return;
  event.preventDefault();
  step();
});
document.addEventListener(
  "submit",
  ({ target }) => {
    if (!target.matches("[data-step]")) return;
    wanted = target.dataset.step;
    sentAt = performance.now();
  },
  true,
);
document.addEventListener("htmx:afterSwap", begun);
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(name, () => (net.hidden = false));
}
document.addEventListener("htmx:afterOnLoad", ({ detail }) => (net.hidden ||= detail.xhr.status < 400));
setInterval(() => {
  pending();
  const bar = part()?.querySelector("[data-opens]");
  if (!bar) return;
  const used = (performance.now() - opensAt) / 1000;
  bar.value = Math.min(Math.max(used / Number(bar.dataset.seconds), 0), 1);
  if (used > Number(bar.dataset.seconds) + 1.2) step(); // after the last answers on their way
}, 200);
begun();
screen.dataset.keys = ""; // shows the hint at the key, now that it works
