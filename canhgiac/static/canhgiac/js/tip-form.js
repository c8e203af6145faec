// The form, one question a screen. Without this script it is one long page that does the same. What is typed is kept in
// this browser alone: until the tab closes, or longer when the person says that the device is theirs; sent, it is gone.
import { proof } from "./proof.js";

const form = document.querySelector("[data-tip-form]");
const steps = [...form.querySelectorAll("[data-step]")];
const bar = form.querySelector("[data-tip-bar]");
const nav = form.querySelector("[data-tip-nav]");
const found = form.querySelector("[data-found]");
const DRAFT = "cg-tip-draft";
const UNKEPT = new Set(["csrfmiddlewaretoken", "thu_thach", "loi_giai", "anh", "dau", "dau_co", "da_xem"]);
let at = 0;
let looked = ""; // the words for which chips were fetched
let working = null; // the little work, once it is begun

// The draft ----------------------------------------------------------------------------------------------------------

const own = form.querySelector("[data-draft-own]");

function stores() {
  try {
    return [sessionStorage, localStorage];
  } catch {
    return [];
  }
}

function draftKeep() {
  const told = {};
  for (const item of form.elements) {
    if (!item.name || UNKEPT.has(item.name) || item.type === "file" || item.type === "submit") continue;
    if ((item.type === "radio" || item.type === "checkbox") && !item.checked) continue;
    told[item.name] = item.value;
  }
  const [tab, device] = stores();
  try {
    tab?.setItem(DRAFT, JSON.stringify(told));
    if (own.checked) device?.setItem(DRAFT, JSON.stringify(told));
    else device?.removeItem(DRAFT);
  } catch {
    // storage refused or full: the page itself still holds the words
  }
}

function draftDrop() {
  for (const store of stores()) store.removeItem(DRAFT);
}

function draftTake() {
  const [tab, device] = stores();
  const kept = tab?.getItem(DRAFT) ?? device?.getItem(DRAFT);
  if (!kept || "errors" in form.dataset || form.elements.ke.value) return;
  const told = JSON.parse(kept);
  own.checked = Boolean(device?.getItem(DRAFT));
  for (const item of form.elements) {
    if (!(item.name in told) || UNKEPT.has(item.name)) continue;
    if (item.type === "radio") item.checked = item.value === told[item.name];
    else if (item.type === "checkbox") item.checked = true;
    else item.value = told[item.name];
  }
}

// Steps --------------------------------------------------------------------------------------------------------------

function show(place, focus = true) {
  at = Math.max(0, Math.min(place, steps.length - 1));
  steps.forEach((step, number) => (step.hidden = number !== at));
  bar.querySelector("progress").value = at + 1;
  const words = form.dataset.stepWords.replace("%a", at + 1).replace("%b", steps.length);
  bar.querySelector("[data-tip-at]").textContent = words;
  nav.querySelector("[data-back]").disabled = at === 0;
  nav.querySelector("[data-next]").hidden = at === steps.length - 1;
  if (steps[at].dataset.step === "dau") look();
  if (steps[at].dataset.step === "anh") work();
  if (at === steps.length - 1) summary();
  if (focus) {
    scrollTo({ top: form.offsetTop - 12 });
    steps[at].querySelector("h2").focus({ preventScroll: true });
  }
}

function money() {
  const said = form.querySelector("[name=mat_tien]:checked")?.value ?? "";
  for (const part of form.querySelectorAll("[data-when-money]")) {
    part.hidden = !part.dataset.whenMoney.split(" ").includes(said);
  }
}

/** Chips of the words, from the server, which keeps nothing. No network: the person goes on without. */
async function look() {
  const words = form.elements.ke.value;
  if (words === looked) return;
  const asked = new FormData();
  for (const name of ["csrfmiddlewaretoken", "ke", "hinh_thuc"]) asked.append(name, form.elements[name]?.value ?? "");
  found.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.dataset.find, { method: "POST", body: asked });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      found.replaceChildren(...page.body.childNodes);
      looked = words;
    }
  } catch {
    // the words go as they are; the server finds what is in them
  }
  found.removeAttribute("aria-busy");
}

/** Begun while files are chosen. */
function work() {
  working ??= proof(form);
  return working;
}

function summary() {
  const list = form.querySelector("[data-summary]");
  const rows = steps.slice(0, -1).map((step) => {
    const told = [];
    for (const item of step.querySelectorAll("input, textarea, select")) {
      if (item.type === "hidden" || item.closest("[hidden]:not([data-step])")) continue;
      if ((item.type === "radio" || item.type === "checkbox") && !item.checked) continue;
      const words =
        item.type === "file"
          ? [...item.files].map((file) => file.name).join(", ")
          : item.type === "radio" || item.type === "checkbox"
            ? item.closest("label, .form-check").textContent.trim()
            : item.tagName === "SELECT"
              ? item.value && item.selectedOptions[0].textContent
              : item.value;
      if (words) told.push(words.length > 160 ? `${words.slice(0, 160)}…` : words);
    }
    const title = document.createElement("dt");
    title.textContent = step.querySelector("h2").textContent;
    const value = document.createElement("dd");
    value.textContent = told.join("; ") || form.dataset.skipped;
    return [title, value];
  });
  list.replaceChildren(...rows.flat());
  list.hidden = false;
}

function callBank() {
  const option = form.querySelector("[data-bank]").selectedOptions[0];
  const links = (option?.dataset.phones ?? "").split("|").filter(Boolean).map((phone) => {
    const link = form.querySelector("[data-bank-link]").content.firstElementChild.cloneNode(true);
    link.href = `tel:${phone.replaceAll(" ", "")}`;
    link.querySelector("span").append(phone);
    return link;
  });
  form.querySelector("[data-bank-call]").replaceChildren(...links);
}

// All together -------------------------------------------------------------------------------------------------------

for (const item of form.querySelectorAll("[data-no-steps]")) item.hidden = true;
bar.hidden = nav.hidden = false;
form.querySelector("[data-draft]").hidden = false;
draftTake();
money();
callBank();
const wrong = steps.findIndex((step) => step.querySelector(".cg-error, [aria-invalid=true]"));
show(wrong > 0 ? wrong : 0, false);
form.querySelector(".cg-tip-errors")?.focus();

nav.addEventListener("click", (event) => {
  if (event.target.closest("[data-next]")) show(at + 1);
  if (event.target.closest("[data-back]")) show(at - 1);
});
form.addEventListener("input", draftKeep);
form.addEventListener("change", (event) => {
  if (event.target.name === "mat_tien") money();
  if (event.target.matches("[data-bank]")) callBank();
});
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("input:not([type=checkbox], [type=radio])")) return;
  event.preventDefault();
  if (at < steps.length - 1) show(at + 1);
});
form.querySelector("[data-draft-clear]").addEventListener("click", () => {
  form.reset();
  for (const item of form.querySelectorAll("textarea")) item.value = "";
  draftDrop();
  money();
  show(0);
});

let sending = false;
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (sending) return;
  sending = true;
  const button = form.querySelector("[data-send]");
  button.setAttribute("aria-busy", "true");
  button.querySelector("span").textContent = button.dataset.sending;
  draftKeep();
  await work();
  HTMLFormElement.prototype.submit.call(form);
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload(); // back from the receipt: a fresh form, not the sent one
});
