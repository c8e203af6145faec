// One phone in a live event. The server's clock alone counts: it says in how many milliseconds a question opens, and
// when to ask again. An answer is sent again until the server says that it is kept, or why it cannot be.
const room = document.querySelector("[data-live]");
const view = room.querySelector("[data-view]");
const net = room.querySelector("[data-net]");
const words = Object.fromEntries(
  [...room.querySelector('[data-is="words"]').content.children].map((one) => [one.dataset.word, one.textContent]),
);
const numbers = new Intl.NumberFormat(document.documentElement.lang || "vi");
let seen = 0;
let told = null;
let opensAt = 0;
let sent = null; // {position, given, kept}
let failures = 0;
let drawn = "";
let asking = 0;

const say = (word, facts) =>
  words[word].replace(/\{(\w+)\}/g, (_, name) => (typeof facts[name] === "number" ? numbers.format(facts[name]) : ""));

function show(name, fill) {
  const template = room.querySelector(`template[data-is="${name}"]`);
  view.replaceChildren(template.content.cloneNode(true));
  fill?.((part) => view.querySelector(`[data-${part}]`));
}

function reached(ok) {
  failures = ok ? 0 : failures + 1;
  net.hidden = failures < 2;
}

function again(milliseconds) {
  clearTimeout(asking);
  asking = setTimeout(ask, milliseconds * (0.75 + Math.random() / 2));
}

async function ask() {
  try {
    const answer = await fetch(`${room.dataset.live}trang-thai.json?co=${seen}`, { cache: "no-store" });
    if (answer.status === 404) return location.reload();
    if (!answer.ok) throw new Error(answer.status);
    const fresh = await answer.json();
    reached(true);
    if (fresh.you === null) return location.reload();
    if (fresh.opens !== undefined) opensAt = performance.now() + fresh.opens;
    if (fresh.v !== seen) take(fresh);
    if (told.state !== "ended") again(fresh.again);
  } catch {
    reached(false);
    again(Math.min(700 * 1.6 ** failures, 5000));
  }
}

function take(fresh) {
  told = fresh;
  seen = fresh.v;
  drawn = "";
  if (sent && sent.position !== told.n - 1) sent = null;
  if (told.state === "asking" && told.you.done) sent = { position: told.n - 1, kept: true };
  if (told.you.total !== undefined) {
    room.querySelector("[data-total]").textContent = say("total", told.you);
  }
  draw();
}

/** What stands on the phone now; drawn again only when it is another thing. */
function draw() {
  if (!told) return;
  let name = told.state;
  if (name === "asking") {
    const used = performance.now() - opensAt;
    if (sent) name = sent.kept ? "taken" : sent.late ? "late" : "sending";
    else if (used < 0) name = "ready";
    else if (used > told.seconds * 1000) name = "late";
    else name = "question";
  } else if (name === "shown") {
    const { share } = told.you;
    name = share == null ? "missed" : share >= 1 ? "right" : share > 0 ? "partly" : "wrong";
  }
  const mark = `${seen}:${name}`;
  if (mark !== drawn) {
    drawn = mark;
    show(name, (part) => {
      const facts = { ...told.you, n: told.n, of: told.of, players: told.players };
      if (part("number")) part("number").textContent = say("number", facts);
      if (part("points")) part("points").textContent = say("points", facts);
      if (part("place") && facts.place) part("place").textContent = say("place", facts);
      if (part("why")) part("why").textContent = told.why ?? "";
      if (name === "question") question(part);
    });
  }
  const bar = view.querySelector("progress");
  if (bar) bar.value = Math.min((performance.now() - opensAt) / (told.seconds * 1000), 1);
}

function question(part) {
  const { kind, prompt, options, shown } = told.q;
  part("prompt").textContent = prompt;
  if (shown) {
    const box = part("shown");
    box.hidden = false;
    box.append(Object.assign(document.createElement("cite"), { textContent: shown.sender }));
    for (const line of shown.lines) box.append(Object.assign(document.createElement("p"), { textContent: line }));
  }
  const several = kind === "multiple";
  part("several").hidden = part("send").hidden = !several;
  const chosen = new Set();
  for (const [key, text] of options) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: text });
    button.className = "cg-phone-option";
    if (several) button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => {
      if (!several) return give(key);
      if (!chosen.delete(key)) chosen.add(key);
      button.setAttribute("aria-pressed", String(chosen.has(key)));
    });
    part("options").append(button);
  }
  part("send")
    .querySelector("button")
    .addEventListener("click", () => chosen.size && give([...chosen].sort()));
}

function give(given) {
  if (sent) return; // a double tap
  sent = { position: told.n - 1, given, kept: false };
  draw();
  post(sent);
}

async function post(answer) {
  if (sent !== answer) return; // the next question is here
  try {
    const reply = await fetch(`${room.dataset.live}tra-loi.json`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ position: answer.position, given: answer.given }),
      keepalive: true,
    });
    if (!reply.ok && reply.status !== 400) throw new Error(reply.status);
    reached(true);
    const { answer: said } = await reply.json();
    if (said === "gone") return location.reload();
    if (said === "early") throw new Error(said);
    answer.kept = said === "taken";
    answer.late = !answer.kept;
    draw();
  } catch {
    reached(false);
    setTimeout(post, Math.min(250 * 1.6 ** failures, 3000), answer);
  }
}

addEventListener("visibilitychange", () => document.visibilityState === "visible" && told?.state !== "ended" && ask());
addEventListener("online", () => told?.state !== "ended" && ask());
setInterval(draw, 200);
show("lobby"); // until the server told more; a browser without a script has the page's own form
ask();
