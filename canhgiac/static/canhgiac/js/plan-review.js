// The review of a plan: keys to walk and decide, words of the source picked up as new pieces, the source kept in view.
// The page is whole without it: every act is a form, every selection a link.
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const places = { "[data-doc]": 0, "[data-found]": 0 }; // how far each side was scrolled before a swap

const pane = () => document.querySelector("[data-doc]");

/** Brings an element of a pane that scrolls by itself into view, a third from its top. */
function bring(box, element, behavior = calm ? "auto" : "smooth") {
  if (!element || !box || box.scrollHeight <= box.clientHeight) return;
  const top = element.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop;
  if (top < box.scrollTop || top + Math.min(element.offsetHeight, box.clientHeight / 2) > box.scrollTop + box.clientHeight) {
    box.scrollTo({ top: Math.max(0, top - box.clientHeight / 3), behavior });
  }
}

/** Shows the selected piece on both sides. */
function settle(behavior) {
  bring(pane(), document.querySelector(".cg-ln.sel"), behavior);
  const edit = document.querySelector("[data-edit]");
  const found = document.querySelector("[data-found]");
  if (found && found.scrollHeight > found.clientHeight) bring(found, edit, behavior);
  else edit?.scrollIntoView({ block: "nearest", behavior });
}

document.addEventListener("htmx:beforeSwap", () => {
  for (const side of Object.keys(places)) places[side] = document.querySelector(side)?.scrollTop ?? 0;
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "review" && event.detail.elt?.id !== "review") return;
  for (const [side, top] of Object.entries(places)) {
    const box = document.querySelector(side);
    if (box) box.scrollTop = top;
  }
  settle(calm ? "auto" : "smooth");
});
settle("auto");

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a[data-line]") : null;
  const line = link && document.getElementById(`dong-${link.dataset.line}`);
  const box = pane();
  if (!line || !box || box.scrollHeight <= box.clientHeight) return;
  event.preventDefault();
  bring(box, line);
  line.classList.add("cg-flash");
  setTimeout(() => line.classList.remove("cg-flash"), 1600);
});

// Keys: j, k next and previous; a accept; e edit the words; m merge the next one; x not a task; u undo.
const KEYS = {
  j: "[data-following]",
  k: "[data-previous]",
  a: "[data-accept]",
  m: "[data-merge]",
  x: "[data-reject]",
  u: "[data-undo]",
};
document.addEventListener("keydown", (event) => {
  const target = event.target instanceof Element ? event.target : document.body;
  if (target.closest("input, textarea, select, dialog") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "e") {
    event.preventDefault();
    document.querySelector("[data-edit] textarea")?.focus();
    return;
  }
  const selector = KEYS[event.key];
  if (!selector) return;
  const found = document.querySelector(selector);
  if (found) found.click();
  else if (event.key === "j") document.querySelector(".cg-pieces .cg-rowlink")?.click();
});

/** Where a point of the selection stands in the source text; null outside it. */
function offset(node, at) {
  const run = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest("[data-o]");
  if (!run) return null;
  return Number(run.dataset.o) + (node.nodeType === Node.TEXT_NODE ? codePoints(node.data.slice(0, at)) : 0);
}

/** The server counts code points, JavaScript UTF-16 units. */
function codePoints(text) {
  return [...text].length;
}

document.addEventListener("selectionchange", () => {
  const form = document.querySelector("[data-pickup]");
  if (!form) return;
  const range = document.getSelection()?.rangeCount ? document.getSelection().getRangeAt(0) : null;
  if (!range || range.collapsed || !pane()?.contains(range.commonAncestorContainer)) {
    if (!form.contains(document.activeElement)) form.hidden = true;
    return;
  }
  const start = offset(range.startContainer, range.startOffset);
  const end = offset(range.endContainer, range.endOffset);
  if (start === null || end === null || end - start < 3) return;
  form.elements.start.value = start;
  form.elements.end.value = end;
  form.hidden = false;
});
