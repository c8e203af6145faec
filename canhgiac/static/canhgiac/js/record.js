// The form of an activity: only the counts of its kind, many areas, pictures with previews, position on request, and the
// queue by which a record made without a network arrives later, once. Without this script it is a plain form.
const form = document.querySelector("form.cg-rec");
const queue = self.cgQueue;
const box = document.querySelector("[data-queue]");
const SMALL = 160; // pixels of a preview

// Kinds and their counts ---------------------------------------------------------------------------------------------
const kindOf = () => form.querySelector('input[name="kind"]:checked');

function showMeasures() {
  const kind = kindOf();
  const wanted = (kind?.dataset.measures ?? "").split(" ");
  form.querySelector("[data-counts]").hidden = !kind;
  for (const field of form.querySelectorAll("[data-measure]")) {
    const on = wanted.includes(field.dataset.measure);
    field.hidden = !on;
    field.querySelector("input").disabled = !on; // a count of another kind is not sent
    field.style.order = wanted.indexOf(field.dataset.measure);
  }
  const others = form.querySelector("[data-other-kinds]");
  if (kind && others.contains(kind)) others.open = true;
  suggestTitle();
}

const plainArea = () => form.elements.area.value.split(",")[0].replace(/\s*\[#\d+\]\s*$/, "").trim(); // without what it belongs to

function suggestTitle() {
  const kind = kindOf()?.closest("label").textContent.trim();
  const area = plainArea();
  form.elements.title.placeholder = kind && area ? `${kind} ${form.dataset.wordsAt} ${area}` : "";
}

// Areas --------------------------------------------------------------------------------------------------------------
let areasAsked = 0;
async function showAreas() {
  const turn = (areasAsked += 1);
  const place = form.querySelector("[data-areas]");
  const ticks = () => [...place.querySelectorAll('input[name="areas"]:checked')].map((tick) => ["areas", tick.value]);
  const before = ticks();
  const asked = new URLSearchParams([["area", form.elements.area.value], ...before]);
  try {
    const response = await fetch(`${form.dataset.areasUrl}?${asked}`, { headers: { "X-Requested-With": "fetch" } });
    if (!response.ok || response.redirected) return;
    const parts = await response.text();
    if (turn !== areasAsked) return; // another place was named meanwhile
    if (String(ticks()) !== String(before)) return showAreas(); // a tick was set meanwhile
    const open = place.querySelector("details")?.open;
    place.innerHTML = parts;
    const now = place.querySelector("details");
    if (now && open) now.open = true;
    document.dispatchEvent(new CustomEvent("cg:areas"));
  } catch {
    // without a network the areas already on the page stay
  }
}

// Pictures and files -------------------------------------------------------------------------------------------------
let shots = []; // {uid, name, blob}
const shotList = form?.querySelector("[data-shot-list]");

function newUid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

async function preview(canvas, blob) {
  try {
    const picture = await createImageBitmap(blob, { resizeWidth: SMALL, resizeQuality: "low" });
    [canvas.width, canvas.height] = [picture.width, picture.height];
    canvas.getContext("2d").drawImage(picture, 0, 0);
    picture.close();
  } catch {
    canvas.hidden = true; // not a picture the browser can draw; its name says enough
  }
}

function showShots() {
  shotList.replaceChildren(
    ...shots.map((shot) => {
      const row = document.createElement("li");
      if (shot.blob.type.startsWith("image/")) {
        const canvas = document.createElement("canvas");
        canvas.setAttribute("role", "img");
        canvas.setAttribute("aria-label", shot.name);
        preview(canvas, shot.blob);
        row.append(canvas);
      }
      const name = Object.assign(document.createElement("span"), { textContent: shot.name, className: "name" });
      const drop = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm btn-plain" });
      drop.textContent = shotList.dataset.wordsDrop;
      drop.setAttribute("aria-label", `${shotList.dataset.wordsDrop} ${shot.name}`);
      drop.addEventListener("click", () => {
        shots = shots.filter((one) => one !== shot);
        showShots();
      });
      row.append(name, drop);
      return row;
    }),
  );
}

function takeShots(input) {
  shots.push(...[...input.files].map((file) => ({ uid: newUid(), name: file.name, blob: file })));
  input.value = "";
  showShots();
}

/** Puts the chosen files back into the form's own field, for a form that is sent plainly. */
function shotsIntoForm() {
  const all = new DataTransfer();
  for (const shot of shots) all.items.add(new File([shot.blob], shot.name, { type: shot.blob.type }));
  const fields = form.querySelectorAll("[data-shots]");
  fields[fields.length - 1].files = all.files;
}

// Position -----------------------------------------------------------------------------------------------------------
function position() {
  const part = form.querySelector("[data-position]");
  if (!part || !navigator.geolocation) return;
  part.hidden = false;
  const [words, drop] = [part.querySelector("[data-position-words]"), part.querySelector("[data-position-drop]")];
  const { latitude, longitude } = form.elements;
  const show = () => {
    words.textContent = latitude.value ? `${latitude.value}, ${longitude.value}` : words.dataset.none;
    drop.hidden = !latitude.value;
  };
  part.querySelector("[data-position-take]").addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        latitude.value = coords.latitude.toFixed(5);
        longitude.value = coords.longitude.toFixed(5);
        show();
      },
      () => (words.textContent = words.dataset.refused),
      { enableHighAccuracy: true, timeout: 20_000 },
    );
  });
  drop.addEventListener("click", () => {
    latitude.value = longitude.value = "";
    show();
  });
  form.addEventListener("reset", () => setTimeout(show));
  show();
}

// Sending through the queue ------------------------------------------------------------------------------------------
let editing = null; // the queued item that is in the form again
let last = null; // fields of the record just kept, for one like it
const LIKE = ["agency", "kind", "area", "areas", "audiences", "tasks", "place", "title"];
const LEFT_OUT = new Set(["csrfmiddlewaretoken", "uid", "version", "evidence", "created_at"]);
const addresses = () => ({ session: form.dataset.session, send: form.dataset.send });
const mine = (item) => item.member === Number(form.dataset.member);

function fieldsOf() {
  return [...new FormData(form)].filter(([name, value]) => !LEFT_OUT.has(name) && typeof value === "string" && value !== "");
}

function fill(fields) {
  form.reset();
  for (const input of form.querySelectorAll('input[type="checkbox"], input[type="radio"]')) input.checked = false;
  for (const [name, value] of fields) {
    const inputs = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
    const tick = inputs.find((input) => /checkbox|radio/.test(input.type) && input.value === value);
    if (tick) tick.checked = true;
    else if (inputs[0] && !/checkbox|radio|file/.test(inputs[0].type)) inputs[0].value = value;
  }
  showMeasures();
  document.dispatchEvent(new CustomEvent("cg:areas"));
}

function errors(told = {}) {
  for (const place of form.querySelectorAll("[data-error-for]")) {
    const words = (told[place.dataset.errorFor] ?? []).join(" ");
    place.textContent = words;
    place.hidden = !words;
  }
  const rest = Object.entries(told).filter(([name]) => !form.querySelector(`[data-error-for="${name}"]`));
  if (rest.length) note(rest.flatMap(([, words]) => words).join(" "));
  form.querySelector("[data-error-for]:not([hidden])")?.scrollIntoView({ block: "center" });
}

function faults() {
  const told = {};
  if (!kindOf()) told.kind = [form.dataset.wordsKind];
  if (!plainArea()) told.area = [form.dataset.wordsArea];
  const { on } = form.elements;
  if (!on.value || on.value > today()) told.on = [form.dataset.wordsOn];
  return told;
}

const today = () => new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10); // in Viet Nam, as the server counts

function reset() {
  form.reset();
  form.elements.on.value = today();
  form.elements.latitude.value = form.elements.longitude.value = "";
  shots = [];
  editing = null;
  showShots();
  showMeasures();
  errors();
  document.dispatchEvent(new CustomEvent("cg:areas"));
}

async function keep() {
  const told = faults();
  errors(told);
  if (Object.keys(told).length) return;
  const fields = fieldsOf();
  const keepOriginal = form.elements.keep_original.checked;
  const at = Date.now();
  const area = plainArea();
  const title = form.elements.title.value.trim() || form.elements.title.placeholder;
  const item = {
    uid: editing?.uid ?? newUid(),
    member: Number(form.dataset.member),
    at,
    title: title || area,
    fields: [...fields, ["created_at", new Date(at).toISOString()], ...(navigator.onLine ? [] : [["offline", "1"]])],
    files: shots.map(({ uid, name, blob }) => ({ uid, name, blob, keep: keepOriginal, done: false, error: "", flag: "" })),
    state: "waiting",
    tried: false,
    errors: {},
    sent: null,
  };
  try {
    await queue.put(item);
  } catch (trouble) {
    if (trouble?.name === "QuotaExceededError") return note(box.dataset.wordsFull);
    return plain(); // no store on this browser: send as a plain form
  }
  last = fields;
  reset();
  said(box.dataset.wordsKept, null);
  navigator.storage?.persist?.();
  (await navigator.serviceWorker?.getRegistration())?.sync?.register("activities").catch(() => {});
  await sendNow();
  const { state } = (await queue.get(item.uid)) ?? {};
  if (state === "refused" && !kindOf() && !shots.length) {
    document.querySelector("[data-sent]").hidden = true; // not kept for later: the server said what is wrong
    await reopen(item.uid); // nothing new begun yet, so what was typed comes back with the words at its fields
  }
}

function plain() {
  shotsIntoForm();
  form.submit();
}

let wrong = ""; // what went wrong last
let others = 0; // records of other people kept on this phone
/** Says what went wrong and that others' records wait here; the one never takes the place of the other. */
function note(words = wrong) {
  wrong = words;
  const place = box.querySelector("[data-queue-note]");
  place.textContent = [wrong, others ? box.dataset.wordsOthers.replace("%d", others) : ""].filter(Boolean).join(" ");
  place.hidden = !place.textContent;
  if (!place.hidden) box.hidden = false;
}

function said(words, sent) {
  const card = document.querySelector("[data-sent]");
  card.hidden = false;
  card.querySelector("[data-sent-words]").textContent = words;
  const link = card.querySelector("[data-sent-link]");
  link.hidden = !sent;
  if (sent) link.href = sent.url;
  card.querySelector("[data-again]").hidden = !last;
  card.scrollIntoView({ block: "nearest" });
}

async function sendNow() {
  const trouble = await queue.send(addresses());
  queue.again(trouble, sendNow);
  box.querySelector("[data-queue-login]").hidden = trouble !== "login";
  if (trouble === "login") note(box.dataset.wordsLogin);
  else if (trouble === "later" && navigator.onLine) note(box.dataset.wordsServer);
  else note("");
  await showQueue();
}

let sendingNow = "";
async function showQueue() {
  const items = (await queue.all()).sort((a, b) => a.at - b.at);
  others = items.filter((item) => !mine(item)).length;
  const row = box.querySelector("[data-queue-row]");
  box.querySelector("[data-queue-list]").replaceChildren(...items.filter(mine).map((item) => queued(row, item)));
  note();
  box.hidden = !items.length && box.querySelector("[data-queue-note]").hidden;
}

const DAY_AND_TIME = { day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit" };
function queued(template, item) {
  const row = template.content.firstElementChild.cloneNode(true);
  const waiting = item.state === "waiting";
  const state = row.querySelector("[data-state]");
  row.dataset.uid = item.uid;
  row.querySelector("[data-title]").textContent = item.title;
  const left = item.files.filter((file) => !file.done).length;
  const day = new Intl.DateTimeFormat("vi", DAY_AND_TIME).format(item.at);
  row.querySelector("[data-about]").textContent = left ? `${day} · ${box.dataset.wordsLeft} ${left} ${box.dataset.wordsFile}` : day;
  state.textContent = waiting
    ? item.uid === sendingNow ? box.dataset.wordsSending : box.dataset.wordsWaiting
    : box.dataset.wordsRefused;
  state.dataset.s = waiting ? "info" : "soon";
  const words = [...Object.values(item.errors ?? {}).flat(), ...item.files.filter((file) => file.error).map((file) => `${file.name}: ${file.error}`)];
  const place = row.querySelector("[data-errors]");
  place.hidden = !words.length;
  place.textContent = words.join(" ");
  const open = row.querySelector("[data-open]");
  open.hidden = item.tried || Boolean(item.sent);
  open.addEventListener("click", () => reopen(item.uid));
  row.querySelector("[data-drop-one]").addEventListener("click", () => confirm(box.dataset.wordsDrop) && queue.drop(item.uid));
  return row;
}

async function reopen(uid) {
  if (editing?.uid === uid) return; // in the form already: what has been typed since stays
  editing = { uid };
  const item = await queue.get(uid);
  if (!item || item.tried || item.sent) {
    editing = null;
    return showQueue();
  }
  await queue.put({ ...item, state: "open" }); // not sent while it is in the form
  editing = item;
  fill(item.fields);
  shots = item.files.map(({ uid: one, name, blob }) => ({ uid: one, name, blob }));
  showShots();
  errors(item.errors);
  form.scrollIntoView({ block: "start" });
}

function startQueue() {
  box.querySelector("[data-queue-send]").addEventListener("click", sendNow);
  document.querySelector("[data-again]").addEventListener("click", () => {
    fill([...last.filter(([name]) => LIKE.includes(name)), ["on", today()]]);
    document.querySelector("[data-sent]").hidden = true;
    form.scrollIntoView({ block: "start" });
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep();
  });
  queue.listen((message) => {
    if (message.type === "sending") sendingNow = message.uid;
    if (message.type === "rest") sendingNow = "";
    if (message.type === "sent") said([`${box.dataset.wordsSent}: ${message.item.sent.title}.`, ...message.item.flags].join(" "), message.item.sent);
    showQueue();
  });
  const net = () => {
    document.querySelector("[data-net]").hidden = navigator.onLine;
    if (navigator.onLine) sendNow();
  };
  window.addEventListener("online", net);
  window.addEventListener("offline", net);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && navigator.onLine && sendNow());
  setInterval(async () => navigator.onLine && (await queue.all()).some((item) => item.state === "waiting") && sendNow(), 60_000);
  showQueue().then(net);
}

// The page itself without a network ----------------------------------------------------------------------------------
async function startWorker() {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register("/sw.js", { scope: "/" });
  const { active } = await navigator.serviceWorker.ready;
  const named = [...document.querySelectorAll("link[href], script[src]")].map((node) => node.href || node.src);
  const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
  const assets = [...new Set([...named, ...loaded])].filter((url) => new URL(url).origin === location.origin && /\.(css|js|woff2|svg|png|webmanifest)$/.test(new URL(url).pathname) && !url.endsWith("/sw.js"));
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => (document.documentElement.dataset.kept = "yes");
  active.postMessage({ type: "keep", pages: [location.pathname], assets }, [port2]);
}

if (form) {
  form.addEventListener("change", (event) => {
    if (event.target.name === "kind") showMeasures();
    const fault = form.querySelector(`[data-error-for="${event.target.name}"]`);
    if (fault) fault.hidden = true; // judged anew at sending
    if (event.target.matches("[data-shots]")) takeShots(event.target);
    if (event.target.name === "area") {
      suggestTitle();
      showAreas();
    }
  });
  showMeasures();
  position();
  if (form.matches("[data-record]") && queue && self.indexedDB) {
    startQueue();
    if (navigator.onLine) startWorker();
  } else form.addEventListener("submit", shotsIntoForm);
}
