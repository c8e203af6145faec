// Menus, dialogs, alerts, theme switch: small behaviours of every page. Reading needs none of them.
import { keep, toast } from "./tools.js";

const root = document.documentElement;

for (const item of document.querySelectorAll("[data-needs-js]")) item.hidden = false;
for (const button of document.querySelectorAll("[data-close]")) {
  button.hidden = false;
  button.addEventListener("click", () => button.parentElement.remove());
}

function pressed(selector, on) {
  for (const button of document.querySelectorAll(selector)) button.setAttribute("aria-pressed", String(on));
}
pressed("[data-theme-switch]", root.dataset.bsTheme === "dark");

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("[data-theme-switch]")) {
    const dark = root.dataset.bsTheme !== "dark";
    root.dataset.bsTheme = dark ? "dark" : "light";
    keep("cg-theme", root.dataset.bsTheme);
    pressed("[data-theme-switch]", dark);
  }
  const opener = target?.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
  for (const pick of document.querySelectorAll("details.cg-pick[open]")) {
    if (!pick.contains(target) || opener) pick.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const pick of document.querySelectorAll("details.cg-pick[open]")) {
    pick.open = false;
    if (pick.contains(document.activeElement)) pick.querySelector("summary").focus();
  }
});

// A form or button with data-confirm asks first, in our own dialog; without JavaScript it acts at once.
const dialog = document.getElementById("confirm");
document.addEventListener("submit", (event) => {
  const asking = event.submitter?.closest("[data-confirm]") ?? event.target.closest("[data-confirm]");
  if (!asking || !dialog || event.target.dataset.confirmed) return;
  event.preventDefault();
  event.stopPropagation();
  const { target: form, submitter } = event;
  dialog.querySelector("#confirm-ask").textContent = asking.dataset.confirm;
  const yes = dialog.querySelector("[data-confirm-yes]");
  yes.dataset.words ??= yes.textContent;
  yes.textContent = asking.dataset.confirmDo ?? yes.dataset.words;
  yes.classList.toggle("btn-alarm", "alarm" in asking.dataset);
  yes.classList.toggle("btn-primary", !("alarm" in asking.dataset));
  dialog.returnValue = "";
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "yes") return;
    form.dataset.confirmed = "yes";
    form.requestSubmit(submitter);
    delete form.dataset.confirmed;
  }, { once: true });
  dialog.showModal();
}, true);

// A button pressed twice is meant once: a form that was just sent is not sent again before its page has come. Heard on
// the window, after those who send forms in their own way.
const AGAIN = 2500; // milliseconds
const sent = new WeakMap();
addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  if (event.timeStamp - sent.get(event.target) < AGAIN) event.preventDefault();
  else sent.set(event.target, event.timeStamp);
});

// A response may carry HX-Trigger: {"toast": {"text": "…", "kind": "success"}}.
document.addEventListener("toast", (event) => toast(event.detail.text ?? event.detail.value, event.detail.kind));
