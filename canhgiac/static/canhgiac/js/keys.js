// Keyboard: "/" to the search box, "g" then a number to a section, "[" folds the rail, "?" the list of keys.
let waiting = 0; // until when "g" still counts, in milliseconds of the page's clock

function typing(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}

document.addEventListener("keydown", (event) => {
  if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]")) return;
  const labelled = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (labelled) {
    event.preventDefault();
    labelled.focus();
    labelled.select?.();
  } else if (event.key === "?") {
    document.getElementById("keys")?.showModal();
  } else if (event.key === "[") {
    document.querySelector("[data-rail]")?.click();
  } else if (event.key === "g") {
    waiting = event.timeStamp + 1500;
  } else if (event.timeStamp < waiting && /^[1-9]$/.test(event.key)) {
    document.querySelectorAll("#nav li a")[Number(event.key) - 1]?.click();
  }
});
