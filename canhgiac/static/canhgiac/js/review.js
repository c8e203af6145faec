// The review of a plan: a task and its words in the source light up together; j and k walk through the tasks.
// Markup: the row [data-task="7"] on the right, spans and lines [data-span="7"] on the left.
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

function show(element) {
  element?.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
}

/** Lights up one task on both sides; "source" or "list" says which side the reader is not looking at. */
export function select(id, bring) {
  for (const element of document.querySelectorAll(".sel, [data-task][aria-current]")) {
    element.classList.remove("sel");
    if (element.matches("[data-task]")) element.removeAttribute("aria-current");
  }
  const spans = document.querySelectorAll(`[data-span="${CSS.escape(id)}"]`);
  for (const span of spans) {
    span.classList.add("sel");
    span.closest(".cg-ln")?.classList.add("sel");
  }
  const row = document.querySelector(`[data-task="${CSS.escape(id)}"]`);
  row?.setAttribute("aria-current", "true");
  show(bring === "source" ? spans[0] : row);
}

function current() {
  return document.querySelector("[data-task][aria-current]")?.dataset.task;
}

function step(by) {
  const rows = [...document.querySelectorAll("[data-task]")];
  const at = rows.findIndex((row) => row.dataset.task === current());
  const next = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
  if (!next) return;
  select(next.dataset.task, "source");
  show(next);
  next.querySelector("a, button")?.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (!target || target.closest("button, input, select, textarea")) return;
  const link = target.closest("a");
  if (link && !link.matches("[data-line]")) return;
  const row = target.closest("[data-task]");
  const span = target.closest("[data-span]");
  if (link) event.preventDefault();
  if (row) select(row.dataset.task, "source");
  else if (span) select(span.dataset.span, "list");
});

document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, textarea, select, dialog") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
});

document.addEventListener("htmx:afterSwap", () => current() && select(current(), "source"));
