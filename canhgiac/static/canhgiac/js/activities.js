// Helps on the lists of activities: tick all, count the ticked, find in a long list, the review by keyboard.
// Everything works without them.
const boxes = (name) => [...document.querySelectorAll(`input[type="checkbox"][name="${name}"]`)];

function count(name) {
  const ticked = boxes(name).filter((box) => box.checked).length;
  for (const label of document.querySelectorAll(`[data-count="${name}"]`)) {
    label.dataset.words ??= label.textContent;
    label.textContent = ticked ? `(${ticked})` : label.dataset.words;
  }
  for (const all of document.querySelectorAll(`[data-tick-all="${name}"]`)) {
    all.checked = ticked > 0 && ticked === boxes(name).length;
    all.indeterminate = ticked > 0 && !all.checked;
  }
}

const bare = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();

function ready() {
  for (const part of document.querySelectorAll("[data-needs-tick], [data-narrow]")) part.hidden = false;
  for (const name of ["areas", "tasks", "activities"]) count(name);
}

document.addEventListener("change", (event) => {
  const all = event.target.closest?.("[data-tick-all]");
  if (all) {
    for (const box of boxes(all.dataset.tickAll)) if (!box.closest("[hidden]")) box.checked = all.checked;
    count(all.dataset.tickAll);
  } else if (event.target.name) count(event.target.name);
});

document.addEventListener("input", (event) => {
  const name = event.target.dataset?.narrow;
  if (!name) return;
  const words = bare(event.target.value).split(/\s+/).filter(Boolean);
  for (const row of document.querySelectorAll(`[data-narrowed="${name}"] > li`)) {
    const text = bare(row.textContent);
    row.hidden = !words.every((word) => text.includes(word));
  }
});
// Enter in a search box of the form would send the form.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.dataset?.narrow) event.preventDefault();
});

// The review queue: j and k walk, a accepts, r opens the reason.
const judged = () => [...document.querySelectorAll("[data-judge] [data-one]")];
function walk(step) {
  const rows = judged();
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "start" });
}
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, dialog[open]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !judged().length) return;
  const here = judged().find((row) => row.contains(document.activeElement));
  if (event.key === "j" || event.key === "k") walk(event.key === "j" ? 1 : -1);
  else if (event.key === "a") here?.querySelector("[data-accept]")?.click();
  else if (event.key === "r" && here) {
    event.preventDefault();
    const box = here.querySelector("[data-return]");
    box.open = true;
    box.querySelector("textarea").focus();
  }
});
if (judged().length) judged()[0].focus({ preventScroll: true });

document.addEventListener("htmx:afterSwap", ready);
document.addEventListener("cg:areas", ready);
ready();
