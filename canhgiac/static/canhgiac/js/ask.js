// The assistant beside the page: its link opens the talk at the side of a wide window, as a sheet in a narrow one.
// Nothing of it is loaded before somebody opens it. On the next page of a wide window it stands open again.
const panel = document.querySelector("[data-ask-panel]");
const corner = document.querySelector("[data-ask]");
const link = corner?.querySelector("a");
const narrow = matchMedia("(max-width: 575.98px)");
const KEPT = "cg-hoi-ben";

let frame = null;
let from = link; // what opened it, where the focus goes back to

/** Whether the talk stood open on the page before; with an answer, notes it for the next one. */
function kept(open) {
  try {
    if (open === undefined) return sessionStorage.getItem(KEPT) === "1";
    open ? sessionStorage.setItem(KEPT, "1") : sessionStorage.removeItem(KEPT);
  } catch {
    // storage refused: the next page begins with the button
  }
  return false;
}

/** The talk in a frame of ours. ``focus``: whether the person opened it just now and wants to write. */
function load(focus) {
  if (frame) return focus && start();
  const wait = panel.querySelector(".cg-helper-wait");
  frame = document.createElement("iframe");
  frame.title = panel.querySelector("h2").textContent;
  frame.referrerPolicy = "no-referrer"; // the page's own address may hold what only its reader should know
  frame.hidden = true;
  frame.addEventListener("load", () => {
    const came = Boolean(frame.contentDocument?.querySelector("[data-talk]"));
    frame.hidden = !came;
    wait.hidden = came;
    if (came) return focus && start();
    wait.textContent = wait.dataset.failed;
    frame.remove();
    frame = null; // the next opening tries again
  });
  frame.addEventListener("cg-close", () => close());
  frame.src = panel.dataset.askPanel;
  panel.append(frame);
}

/** To the box at a desk; on a phone the keyboard would cover what there is to read. */
function start() {
  const box = frame.contentDocument?.getElementById("noi_dung");
  if (box && panel.open && !narrow.matches && panel.contains(document.activeElement)) box.focus();
}

function open(opener) {
  from = opener;
  kept(true);
  if (!panel.open) narrow.matches ? panel.showModal() : panel.show();
  panel.querySelector("h2").focus();
  link.setAttribute("aria-expanded", "true");
  load(true);
}

function close() {
  kept(false);
  const inside = panel.contains(document.activeElement);
  panel.close();
  link.setAttribute("aria-expanded", "false");
  if (inside || document.activeElement === document.body) (from.isConnected ? from : link).focus();
}

/** As a sheet it holds the focus, at the side it does not; a turned phone changes between the two. */
function fit() {
  if (!panel.open) return;
  panel.close();
  narrow.matches ? panel.showModal() : panel.show();
}

// The button makes room for what lies under it --------------------------------------------------------------------

const under = new Set();
let looking = null;

function yields() {
  corner.toggleAttribute("data-yields", under.size > 0);
}

/** Watches the button's own place alone, so that scrolling costs nothing. */
function look() {
  looking?.disconnect();
  under.clear();
  const place = corner.getBoundingClientRect();
  const edges = [place.top, innerWidth - place.right, innerHeight - place.bottom, place.left];
  looking = new IntersectionObserver(
    (seen) => {
      for (const one of seen) one.isIntersecting ? under.add(one.target) : under.delete(one.target);
      yields();
    },
    { rootMargin: edges.map((edge) => `-${Math.max(0, Math.floor(edge))}px`).join(" ") },
  );
  const things = "main :is(a.btn, button, input, select, textarea, summary, .cg-verdict, .cg-error)";
  for (const thing of document.querySelectorAll(things)) looking.observe(thing);
}

if (panel?.showModal) {
  link.setAttribute("role", "button");
  link.setAttribute("aria-haspopup", "dialog");
  link.setAttribute("aria-expanded", "false");
  link.setAttribute("aria-controls", panel.id);
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-ask-open]");
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return; // a window of its own, as with any link
    event.preventDefault();
    open(opener);
  });
  link.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    open(link);
  });
  panel.querySelector("[data-ask-close]").addEventListener("click", close);
  panel.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  panel.addEventListener("click", (event) => event.target === panel && close()); // beside the sheet
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !panel.open || narrow.matches || document.querySelector("details.cg-pick[open]")) return;
    event.stopImmediatePropagation(); // of two things that Esc ends it is this one
    close();
  });
  narrow.addEventListener("change", fit);
  if (kept() && !narrow.matches) {
    panel.setAttribute("open", ""); // not show(): the focus stays with the page
    link.setAttribute("aria-expanded", "true");
    load(false);
  }
  let soon = 0;
  const again = () => (clearTimeout(soon), (soon = setTimeout(look, 150)));
  addEventListener("resize", again);
  new MutationObserver(again).observe(document.body, { childList: true, subtree: true }); // answers, fields of scripts
  look();
}
