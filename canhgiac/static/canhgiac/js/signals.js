// The collaborator's form: two taps, kept on the phone without a network and sent later, once. Without this script it is
// a plain form. The queue is that of the activities (queue.js) with a store of its own.
const form = document.querySelector("form[data-signal]");
const queue = self.cgQueue;
const box = document.querySelector("[data-queue]");
const addresses = () => ({ session: form.dataset.session, send: form.dataset.send });
const mine = (item) => item.member === Number(form.dataset.member);
const SENT = ["form", "area", "words", "how_many"];

function newUid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function said(words) {
  const place = document.querySelector("[data-sent]");
  place.hidden = false;
  place.querySelector("[data-sent-words]").textContent = words;
}

function note(words) {
  const place = box.querySelector("[data-queue-note]");
  place.textContent = words;
  place.hidden = !words;
}

function fault(words) {
  const place = form.querySelector("[data-fault]");
  place.textContent = words;
  place.hidden = !words;
  if (words) place.scrollIntoView({ block: "center" });
}

async function keep() {
  const given = new FormData(form);
  const words = String(given.get("words") ?? "").trim();
  if (given.get("form") === null) return fault(form.dataset.wordsForm);
  if (!given.get("form") && !words) return fault(form.dataset.wordsWords);
  if (!given.get("area")) return fault(form.dataset.wordsArea);
  fault("");
  const at = Date.now();
  const photo = form.elements.photo.files[0];
  const chosen = form.querySelector('input[name="form"]:checked').closest("label").textContent.trim();
  const item = {
    uid: newUid(),
    member: Number(form.dataset.member),
    at,
    title: chosen,
    fields: [...[...given].filter(([name, value]) => SENT.includes(name) && value !== ""), ["created_at", new Date(at).toISOString()]],
    files: photo ? [{ uid: newUid(), name: photo.name, blob: photo, keep: false, done: false, error: "", flag: "" }] : [],
    state: "waiting",
    tried: false,
    errors: {},
    sent: null,
  };
  try {
    await queue.put(item);
  } catch {
    return form.submit(); // no store on this browser: send as a plain form
  }
  form.reset();
  said(box.dataset.wordsKept);
  navigator.storage?.persist?.();
  await sendNow();
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

async function showQueue() {
  const items = (await queue.all()).filter(mine).sort((a, b) => a.at - b.at);
  const row = box.querySelector("[data-queue-row]");
  box.querySelector("[data-queue-list]").replaceChildren(
    ...items.map((item) => {
      const line = row.content.firstElementChild.cloneNode(true);
      line.querySelector("[data-title]").textContent = item.title;
      const told = [...Object.values(item.errors ?? {}).flat(), ...item.files.map((file) => file.error).filter(Boolean)];
      const words = line.querySelector("[data-errors]");
      words.textContent = told.join(" ");
      words.hidden = !told.length;
      const state = line.querySelector("[data-state]");
      state.textContent = item.state === "waiting" ? box.dataset.wordsWaiting : box.dataset.wordsRefused;
      state.dataset.s = item.state === "waiting" ? "info" : "soon";
      line.querySelector("[data-drop-one]").addEventListener("click", () => confirm(box.dataset.wordsDrop) && queue.drop(item.uid));
      return line;
    }),
  );
  box.hidden = !items.length && box.querySelector("[data-queue-note]").hidden;
}

/** The page is kept by the service worker, so that it opens without a network. */
async function startWorker() {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register("/sw.js", { scope: "/" });
  const { active } = await navigator.serviceWorker.ready;
  const named = [...document.querySelectorAll("link[href], script[src]")].map((node) => node.href || node.src);
  const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
  const assets = [...new Set([...named, ...loaded])].filter((url) => new URL(url).origin === location.origin && /\.(css|js|woff2|svg|png)$/.test(new URL(url).pathname) && !url.endsWith("/sw.js"));
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => (document.documentElement.dataset.kept = "yes");
  active.postMessage({ type: "keep", pages: [location.pathname], assets }, [port2]);
}

function start() {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep();
  });
  form.addEventListener("change", () => fault(""));
  box.querySelector("[data-queue-send]").addEventListener("click", sendNow);
  queue.listen((message) => {
    if (message.type === "sent") said(`${box.dataset.wordsSent}: ${message.item.sent.title}.`);
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

if (form && queue && self.indexedDB) {
  start();
  if (navigator.onLine) startWorker();
}
