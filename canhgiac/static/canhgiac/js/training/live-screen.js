// The big screen: space for the next step, the quiet bar of time, and the answers shown when the time is over.
let opensAt = 0;
let stepped = null;

function part() {
  return document.getElementById("phan");
}

function step() {
  const form = part().querySelector("[data-step]");
  if (!form || stepped === form) return;
  stepped = form; // each form is sent once; the next one comes with the answer
  form.requestSubmit();
  setTimeout(() => {
    if (stepped === form) stepped = null; // no answer came: the key works again
  }, 3000);
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
document.addEventListener("htmx:afterSwap", begun);
setInterval(() => {
  const bar = part()?.querySelector("[data-opens]");
  if (!bar) return;
  const used = (performance.now() - opensAt) / 1000;
  bar.value = Math.min(Math.max(used / Number(bar.dataset.seconds), 0), 1);
  if (used > Number(bar.dataset.seconds) + 1.2) step(); // after the last answers on their way
}, 200);
begun();
