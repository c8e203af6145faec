// Small helps on the pages of tasks: tick all, print, copy. Everything works without them.
function ticks(name) {
  return [...document.querySelectorAll(`input[type="checkbox"][name="${name}"]`)];
}

function count(name) {
  const label = document.querySelector(`[data-ticked="${name}"]`);
  if (!label) return;
  label.dataset.words ??= label.textContent;
  const ticked = ticks(name).filter((box) => box.checked).length;
  label.textContent = ticked ? `${label.dataset.words} (${ticked})` : label.dataset.words;
}

function ready() {
  for (const all of document.querySelectorAll("[data-all]")) all.hidden = false;
  for (const button of document.querySelectorAll("[data-print], [data-copy]")) button.hidden = false;
}

document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-all]");
  if (all) for (const box of ticks(all.dataset.all)) box.checked = all.checked;
  if (all || event.target.name === "viec") count(all?.dataset.all ?? "viec");
});

document.addEventListener("click", async (event) => {
  if (event.target.closest("[data-print]")) window.print();
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const field = document.getElementById(copy.dataset.copy);
    field.select();
    await navigator.clipboard?.writeText(field.value);
  }
});

document.addEventListener("htmx:afterSwap", ready);
ready();
