// Lessons: how far a person got is kept on the phone at once, and sent when there is a network. What was sent twice is
// one on the server, where the further state wins. Public courses keep theirs in this browser alone.
const READ = "cg-learned"; // public: {path: moment of reading}
const NOTES = "cg-lesson-notes"; // a person's own: {"enrolment/lesson": {sync, enrolment, lesson, opened_at, read_at}}

function kept(name) {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "{}") ?? {};
  } catch {
    return {}; // no storage, or somebody else's text
  }
}

function keep(name, told) {
  try {
    localStorage.setItem(name, JSON.stringify(told));
    return true;
  } catch {
    return false;
  }
}

for (const node of document.querySelectorAll("[data-needs-js]")) node.hidden = false;

// Public: in this browser alone ---------------------------------------------------------------------------------------
const page = document.querySelector("[data-lesson-page]");
const key = page?.dataset.key;
if (key) {
  const done = () => keep(READ, { ...kept(READ), [key]: new Date().toISOString() });
  for (const way of document.querySelectorAll("[data-read]")) way.addEventListener(way.tagName === "FORM" ? "submit" : "click", done);
}
const list = document.querySelector("[data-done-words]");
const marks = () => {
  const read = kept(READ);
  for (const row of document.querySelectorAll("[data-lesson]")) {
    row.querySelector(".cg-read")?.remove();
    row.toggleAttribute("data-done", Boolean(read[row.dataset.lesson]));
    if (read[row.dataset.lesson]) {
      row.append(Object.assign(document.createElement("small"), { className: "cg-read", textContent: ` · ${list.dataset.doneWords}` }));
    }
  }
};
if (list) marks();
document.querySelector("[data-forget-progress]")?.addEventListener("click", () => {
  localStorage.removeItem(READ);
  marks();
});

// A person's own: kept, then sent ---------------------------------------------------------------------------------------
function note(facts) {
  const notes = kept(NOTES);
  const { sync, enrolment, lesson } = page.dataset;
  const name = `${enrolment}/${lesson}`;
  notes[name] = { opened_at: new Date().toISOString(), ...notes[name], sync, enrolment, lesson, ...facts };
  return keep(NOTES, notes);
}

let sending = false;
async function send() {
  if (sending) return;
  sending = true;
  try {
    const groups = Map.groupBy ? Map.groupBy(Object.entries(kept(NOTES)), ([, one]) => one.sync) : grouped();
    for (const [sync, entries] of groups) {
      const body = JSON.stringify({ notes: entries.map(([, { enrolment, lesson, opened_at, read_at }]) => ({ enrolment, lesson, opened_at, read_at })) });
      const response = await fetch(sync, { method: "POST", body, headers: { "Content-Type": "application/json" } });
      if (!response.ok && response.status !== 404) continue; // 404: the person was erased, nothing is owed any more
      const left = kept(NOTES);
      for (const [name, sent] of entries) if (JSON.stringify(left[name]) === JSON.stringify(sent)) delete left[name];
      keep(NOTES, left);
    }
  } catch {
    // no network: it stays here and goes next time
  } finally {
    sending = false;
  }
}

function grouped() {
  const groups = new Map();
  for (const entry of Object.entries(kept(NOTES))) groups.set(entry[1].sync, [...(groups.get(entry[1].sync) ?? []), entry]);
  return groups;
}

if (page?.dataset.sync) {
  if (!navigator.onLine) note({});
  document.querySelector("[data-lesson-done]")?.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    if (!note({ read_at: new Date().toISOString() })) return;
    event.preventDefault();
    document.querySelector("[data-offline-said]").hidden = false;
  });
  keepLesson();
}
send();
addEventListener("online", send);

/** The first lesson opened on this phone came before the service worker: it is kept afterwards, as the next ones are. */
async function keepLesson() {
  if (!navigator.serviceWorker || navigator.serviceWorker.controller) return;
  const { active } = await navigator.serviceWorker.ready;
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => (document.documentElement.dataset.lessonKept = "yes");
  const assets = [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((node) => node.href || node.src);
  active.postMessage({ type: "keep-public", pages: [location.pathname], assets }, [port2]);
}
