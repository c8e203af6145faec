// The staff frame: the drawer on a phone, the narrow rail on a desk, and htmx with our CSRF token.
import { keep, toast } from "./tools.js";

const root = document.documentElement;
const nav = document.getElementById("nav");
const main = document.getElementById("noi-dung");

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token) event.detail.headers["X-CSRFToken"] = token;
});

/** What to say when a part of the page could not be fetched. */
function words(status) {
  const known = document.querySelector("[data-error-words]")?.dataset ?? {};
  return known[`e${status}`] ?? known.other ?? String(status);
}
document.addEventListener("htmx:responseError", (event) => toast(words(event.detail.xhr.status), "error"));
document.addEventListener("htmx:sendError", (event) => {
  // Suggestions are only a help: without a network one types on, and words in the corner would lie over the buttons.
  if (event.detail.target?.tagName !== "DATALIST") toast(words(0), "error");
});

// The drawer opens by its address, so it works without us; we add Escape, the click outside, and the focus.
function closeDrawer() {
  if (location.hash !== "#nav") return;
  location.hash = "#noi-dung";
  document.querySelector("[data-nav-open]")?.focus({ preventScroll: true });
}
window.addEventListener("hashchange", () => {
  if (location.hash === "#nav") nav?.querySelector("[data-nav-close], a")?.focus();
});
document.addEventListener("keydown", (event) => event.key === "Escape" && closeDrawer());
document.addEventListener("click", (event) => {
  if (location.hash === "#nav" && !nav.contains(event.target) && !event.target.closest("[data-nav-open]")) closeDrawer();
});

/** Whether the rail is narrow now. */
function narrow() {
  const app = document.querySelector(".cg-app");
  return root.classList.contains("cg-rail") || (app?.classList.contains("rail") && !root.classList.contains("cg-wide"));
}
const fold = nav?.querySelector("[data-rail]");
if (fold) {
  fold.hidden = false;
  fold.setAttribute("aria-pressed", String(Boolean(narrow())));
  fold.addEventListener("click", () => {
    const now = !narrow();
    root.classList.toggle("cg-rail", now);
    root.classList.toggle("cg-wide", !now);
    keep("cg-rail", now ? "yes" : "no");
    fold.setAttribute("aria-pressed", String(now));
  });
}
main?.addEventListener("htmx:afterSwap", (event) => {
  // Focus follows the new part when it asks for it, so that a screen reader hears the change.
  event.target.querySelector?.("[data-focus]")?.focus();
});
