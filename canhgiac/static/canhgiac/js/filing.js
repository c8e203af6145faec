// A report that is being filled in: saved as one types, kept on this device while there is no network, joined with what
// others wrote. Without it the page is whole: its buttons save and file.
import { keep, toast } from "./tools.js";

const form = document.querySelector("[data-filing]");
const state = form?.querySelector("[data-state]");
const words = form?.dataset ?? {};
const WAIT = 1500; // milliseconds after the last key
const AGAIN = 20000; // until the next try without a network
const PARTS = /^[furj]\d/;

let timer = 0;
let sending = false;
let dirty = false;
let leaving = false;

/** The inputs as the server sees them: only those that say something. */
function values() {
  const found = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && PARTS.test(name) && value.trim()) found[name] = value.replaceAll("\r\n", "\n");
  }
  return found;
}

function base() {
  try {
    return JSON.parse(form.elements.nen.value || "{}");
  } catch {
    return {};
  }
}

function say(text, kind = "") {
  state.textContent = text;
  state.dataset.kind = kind;
}

function stored() {
  try {
    return JSON.parse(localStorage.getItem(words.key) ?? "null");
  } catch {
    return null;
  }
}

function store() {
  const kept = { values: values(), base: base(), version: form.elements.phien_ban.value, uid: form.elements.uid.value };
  keep(words.key, JSON.stringify(kept));
}

function forget() {
  try {
    localStorage.removeItem(words.key);
  } catch {
    // a browser without storage has nothing to forget
  }
}

/** Sets one input; rows of a table are made when they are missing. */
function put(name, value) {
  const cell = /^f(\d+):(\d+):/.exec(name);
  while (cell && !form.elements[name] && addRow(cell[1]));
  const input = form.elements[name];
  if (!input) return;
  if (input.type === "checkbox") input.checked = value === "1";
  else input.value = value ?? "";
}

/** The names of a field's inputs, in the page and among given values. */
function namesOf(pk, ...sets) {
  const own = (name) => [`f${pk}`, `u${pk}`].includes(name) || name.startsWith(`f${pk}:`);
  const names = [...form.elements].map((input) => input.name).filter((name) => name && own(name));
  return new Set([...names, ...sets.flatMap((set) => Object.keys(set).filter(own))]);
}

function replaceField(pk, given) {
  for (const name of namesOf(pk, given)) put(name, given[name] ?? "");
  settle(document.getElementById(`muc-${pk}`));
}

async function save() {
  clearTimeout(timer);
  if (sending || leaving) return;
  sending = true;
  dirty = false;
  say(words.saving);
  const body = new FormData(form);
  for (const input of form.querySelectorAll('input[type="file"]')) body.delete(input.name);
  try {
    const answer = await fetch(words.save, { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.redirected || !(answer.headers.get("content-type") ?? "").includes("json")) throw new Error("session");
    const told = await answer.json();
    if (told.filed) {
      say(`${told.detail} ${words.filed}`, "error");
      leaving = true;
      return;
    }
    if (answer.ok) joined(told);
    else say(`${words.refused}: ${told.detail}`, "error");
  } catch {
    dirty = true;
    say(words.kept, "kept");
    timer = setTimeout(save, AGAIN);
  } finally {
    sending = false;
  }
  if (dirty && state.dataset.kind !== "kept") later();
}

/** What the server answered: the new version, others' answers, fields to choose at. */
function joined(told) {
  const typed = values();
  const before = base();
  form.elements.phien_ban.value = told.version;
  const clashing = new Set(told.conflicts.map((one) => String(one.field)));
  const next = { ...told.base };
  for (const one of told.joined) {
    const touched = [...namesOf(one.field, typed, before)].some((name) => (typed[name] ?? "") !== (before[name] ?? ""));
    if (!touched) replaceField(one.field, one.theirs);
    document.getElementById(`muc-${one.field}`)?.setAttribute("data-joined", "");
  }
  form.elements.nen.value = JSON.stringify(next);
  for (const [pk, text] of Object.entries(told.errors)) mark(pk, text);
  for (const box of form.querySelectorAll("[data-said]")) if (!(box.dataset.said in told.errors)) box.remove();
  told.conflicts.forEach(clash);
  if (clashing.size === 0 && Object.keys(told.errors).length === 0) forget();
  const time = new Date().toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });
  say(`${words.saved} ${time}`);
}

function mark(pk, text) {
  const item = document.getElementById(`muc-${pk}`);
  if (!item) return;
  let box = item.querySelector("[data-said]");
  if (!box) {
    box = document.createElement("div");
    box.className = "cg-error";
    box.dataset.said = pk;
    item.append(box);
  }
  box.textContent = text;
}

/** Two answers to one field: both are shown, a person takes one. */
function clash(one) {
  const item = document.getElementById(`muc-${one.field}`);
  item?.querySelector(".cg-rp-clash")?.remove();
  const box = document.createElement("fieldset");
  box.className = "cg-rp-clash";
  const legend = Object.assign(document.createElement("legend"), { textContent: `${one.who} ${words.clash}` });
  const theirs = document.createElement("p");
  theirs.className = "mb-0";
  theirs.textContent = Object.entries(one.theirs)
    .filter(([name]) => "fu".includes(name[0]))
    .map(([name, value]) => (name[0] === "u" ? words.unknown : value))
    .join(" · ") || "–";
  const acts = document.createElement("div");
  acts.className = "cg-rp-clash-acts";
  const choose = (label, act) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
    button.className = "btn btn-sm btn-quiet";
    button.addEventListener("click", () => {
      box.remove();
      act();
    });
    acts.append(button);
  };
  choose(words.mine, () => later(0));
  choose(`${words.theirs} ${one.who}`, () => {
    replaceField(one.field, one.theirs);
    later(0);
  });
  box.append(legend, theirs, acts);
  item?.append(box);
  box.querySelector("button").focus({ preventScroll: true });
}

function later(wait = WAIT) {
  dirty = true;
  store();
  clearTimeout(timer);
  timer = setTimeout(save, wait);
}

function addRow(pk) {
  const body = document.querySelector(`[data-table="${pk}"] tbody`);
  const last = body?.lastElementChild;
  if (!last || body.children.length >= 500) return false;
  const row = last.cloneNode(true);
  for (const input of row.querySelectorAll("input")) {
    const [field, line, column] = input.name.split(":");
    input.name = `${field}:${Number(line) + 1}:${column}`;
    input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\d+$/, Number(line) + 2));
    input.value = "";
  }
  body.append(row);
  return true;
}

/** "Chưa có số liệu" and a number exclude each other; a figure unlike its source asks why. */
function settle(item) {
  const pk = item?.dataset.item;
  const number = pk && form.elements[`f${pk}`];
  const tick = pk && form.elements[`u${pk}`];
  if (tick && number) {
    if (tick.checked && number.value) {
      number.dataset.was = number.value;
      number.value = "";
    }
    number.disabled = tick.checked;
  }
  const why = item?.querySelector("[data-why]");
  if (why && number?.dataset.came !== undefined) {
    const given = number.value.replaceAll(/[.\s]/g, "");
    const says = given !== "" || tick?.checked;
    why.hidden = !says || given === number.dataset.came.replaceAll(".", "");
  }
}

function restore() {
  const kept = stored();
  if (!kept) return;
  if (form.elements.c || form.querySelector(".cg-rp-clash")) return forget();
  const changed = Object.keys({ ...kept.values, ...kept.base }).filter(
    (name) => (kept.values[name] ?? "") !== (kept.base[name] ?? "") && PARTS.test(name),
  );
  const now = values();
  if (changed.every((name) => (now[name] ?? "") === (kept.values[name] ?? ""))) return forget();
  for (const name of changed) put(name, kept.values[name] ?? "");
  form.elements.phien_ban.value = kept.version;
  form.elements.uid.value = kept.uid;
  form.elements.nen.value = JSON.stringify(kept.base);
  toast(words.restored, "info");
  later(0);
}

if (form) {
  for (const item of form.querySelectorAll("[data-item]")) settle(item);
  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    settle(event.target.closest("[data-item]"));
    later();
  });
  form.addEventListener("change", (event) => {
    if (event.target.type === "file") form.querySelector('.cg-rp-side button[value="luu"]').click();
    const item = event.target.closest("[data-item]");
    const number = item && form.elements[`f${item.dataset.item}`];
    if (event.target.name?.startsWith("u") && !event.target.checked && number?.dataset.was) {
      number.value = number.dataset.was;
      settle(item);
      later();
    }
  });
  form.addEventListener("click", (event) => {
    const adding = event.target.closest("[data-add-row]");
    if (adding && addRow(adding.dataset.addRow)) {
      document.querySelector(`[data-table="${adding.dataset.addRow}"] tbody tr:last-child input`).focus();
    }
    const taking = event.target.closest("[data-take]");
    if (taking) {
      event.preventDefault();
      const number = form.elements[`f${taking.dataset.take}`];
      form.elements[`u${taking.dataset.take}`].checked = false;
      number.disabled = false;
      number.value = number.dataset.came;
      if (form.elements[`r${taking.dataset.take}`]) form.elements[`r${taking.dataset.take}`].value = "";
      settle(taking.closest("[data-item]"));
      taking.hidden = true;
      later(0);
    }
  });
  form.addEventListener("submit", (event) => {
    store();
    if (!navigator.onLine) {
      event.preventDefault();
      say(words.offline, "kept");
      toast(words.offline, "warning");
      return;
    }
    clearTimeout(timer);
    leaving = true;
  });
  window.addEventListener("online", () => dirty && save());
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  restore();
}
