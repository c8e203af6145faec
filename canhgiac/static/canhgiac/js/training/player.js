// The player of a sitting. Without it every question is a page and every answer a form. With it the questions are fetched
// once, answers are kept on the device until the server has them, and a lost line stops nobody. Marking, the time and what
// was right stay the server's: this script knows no answer.
import { keep } from "../tools.js";

const AGAIN = [2000, 4000, 8000, 15000, 30000]; // between two attempts, in milliseconds
const STEP = 10; // the clock moves in steps of so many seconds
const TAKES = 8000; // how long an answer may take before we go on without its feedback

const root = document.querySelector("[data-player]");
if (root) play(root);
const ended = document.querySelector("[data-ended]");
if (ended) {
  forget(`bai-lam:${ended.dataset.ended}`);
  document.getElementById("ket-qua")?.focus();
}

function forget(name) {
  try {
    localStorage.removeItem(name);
  } catch {
    // a browser without storage kept nothing
  }
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? {};
  } catch {
    return {};
  }
}

function play(root) {
  const name = `bai-lam:${root.dataset.player}`;
  const waiting = read(name); // question number to {url, body} that the server has not said it has
  const pages = new Map();
  const each = "each" in root.dataset;
  const line = root.querySelector("[data-line]");
  const place = root.querySelector("[data-question-place]");
  let tried = 0;
  let timer = 0;
  let sending = null;
  let shownAt = performance.now();
  let ending = false;

  const say = (text) => (root.querySelector("[data-said]").textContent = text);
  const form = () => place.querySelector("form");
  const number = () => Number(form().dataset.question);

  // What is kept and sent ---------------------------------------------------------------------------------------------

  function tellLine() {
    const left = Object.keys(waiting).length;
    const lost = left > 0 && tried > 0;
    if (lost) line.textContent = ending ? root.dataset.wordsWait : root.dataset.wordsKept;
    else if (!line.hidden && left === 0) line.textContent = root.dataset.wordsSent;
    if (lost) line.hidden = false;
    root.dataset.unsent = left;
  }

  function hold() {
    keep(name, JSON.stringify(waiting));
    tellLine();
  }

  /** Sends everything that waits, one after the other; gives the server's last word on question `wanted`. */
  function send(wanted) {
    clearTimeout(timer);
    sending ??= sendAll().finally(() => (sending = null));
    return sending.then((told) => told[wanted] ?? (waiting[wanted] && tried === 0 ? send(wanted) : undefined));
  }

  async function sendAll() {
    const told = {};
    for (;;) {
      const next = Object.keys(waiting)[0];
      if (!next) break;
      const { url, body } = waiting[next];
      let answer;
      try {
        const headers = { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" };
        answer = await fetch(url, { method: "POST", headers, body });
        if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status));
      } catch {
        timer = setTimeout(send, AGAIN[Math.min(tried, AGAIN.length - 1)]);
        tried += 1;
        tellLine();
        return told;
      }
      tried = 0;
      told[next] = await answer.json().catch(() => ({}));
      if (waiting[next]?.body === body) delete waiting[next];
      hold();
      if (told[next].left !== undefined && told[next].left !== null) clock(told[next].left);
      if (told[next].over || answer.status === 404) {
        location.assign(root.dataset.result);
        return told;
      }
    }
    if (ending) hand();
    return told;
  }

  addEventListener("online", () => {
    tried = Math.max(tried, 1);
    send();
  });

  // Questions --------------------------------------------------------------------------------------------------------

  function show(to, { focus = true } = {}) {
    const page = pages.get(to);
    if (!page) return false;
    pages.set(number(), form());
    form().replaceWith(page);
    for (const step of root.querySelectorAll(".cg-play-steps [data-step]")) {
      if (Number(step.dataset.step) === to) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    }
    const address = new URL(location);
    address.searchParams.set("cau", to);
    address.searchParams.delete("thu_tu");
    history.replaceState(null, "", address);
    shownAt = performance.now();
    prepare(page);
    if (focus) {
      page.querySelector("h1").focus({ preventScroll: true });
      root.scrollIntoView({ block: "start" });
    }
    return true;
  }

  function answered(of) {
    const step = root.querySelector(`.cg-play-steps [data-step="${of}"]`);
    step.dataset.answered = "";
    step.querySelector("[data-done-word]").hidden = false;
  }

  async function give(event) {
    const asked = form();
    const move = event.submitter?.name === "chuyen" ? event.submitter : null;
    if (move) {
      event.preventDefault();
      const [key, step] = move.value.split(":");
      shift(asked, key, Number(step));
      move.focus();
      return;
    }
    if (!pages.size) return; // the questions are not here yet: the form goes its own way
    event.preventDefault();
    const body = new URLSearchParams(new FormData(asked));
    body.set("giay", ((performance.now() - shownAt) / 1000).toFixed(1));
    const at = number();
    waiting[at] = { url: asked.action, body: body.toString() };
    hold();
    answered(at);
    if (!each) {
      send(at);
      if (!show(at + 1)) root.querySelector("[data-end] button").focus();
      return;
    }
    const button = asked.querySelector("[data-answer]");
    button.disabled = true;
    const told = await Promise.race([send(at), new Promise((done) => setTimeout(done, TAKES))]);
    button.disabled = false;
    settle(asked, told);
  }

  /** What was right, in its place; without a line only that the answer is kept. */
  function settle(asked, told) {
    const room = asked.querySelector("[data-feedback]");
    asked.querySelector("[data-answer]").hidden = true;
    asked.querySelector("[data-next]")?.removeAttribute("hidden");
    asked.dataset.told = "";
    if (told?.feedback) {
      room.replaceChildren(new DOMParser().parseFromString(told.feedback, "text/html").body.firstElementChild);
      room.firstElementChild.focus();
    } else {
      say(told?.error ?? root.dataset.wordsLater);
      room.textContent = told?.error ?? root.dataset.wordsLater;
      (asked.querySelector("[data-next]") ?? root.querySelector("[data-end] button")).focus();
    }
  }

  root.addEventListener("submit", (event) => {
    if (event.target.matches("[data-question]")) give(event);
    else if (event.target.matches("[data-end]")) end(event);
  });

  root.addEventListener("click", (event) => {
    const link = event.target.closest("[data-step]");
    if (link && show(Number(link.dataset.step))) event.preventDefault();
  });

  addEventListener("keydown", (event) => {
    const digit = Number(event.key);
    const typing = event.target.closest?.('input:not([type="radio"], [type="checkbox"]), select, textarea');
    if (!digit || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const input = form().querySelectorAll('input[name="tra_loi"]')[digit - 1];
    if (!input || "told" in form().dataset) return;
    input.click();
    input.focus();
  });

  // The end and the time ---------------------------------------------------------------------------------------------

  function end(event) {
    if (!Object.keys(waiting).length) return;
    event.preventDefault();
    ending = true;
    send();
  }

  function hand() {
    ending = false;
    root.querySelector("[data-end]").submit();
  }

  let over = 0;
  let minute = false;

  function clock(left) {
    over = performance.now() + left * 1000;
  }

  function words(seconds) {
    const whole = seconds - (seconds % STEP);
    const parts = [];
    if (whole >= 60) parts.push(`${Math.floor(whole / 60)} ${root.dataset.wordsMinutes}`);
    if (whole % 60) parts.push(`${whole % 60} ${root.dataset.wordsSeconds}`);
    return parts.join(" ") || root.dataset.wordsFew;
  }

  function tick() {
    const left = Math.max(Math.round((over - performance.now()) / 1000), 0);
    const told = words(left);
    const clockPlace = root.querySelector("[data-clock]");
    if (clockPlace.textContent !== told) clockPlace.textContent = told;
    if (left <= 60 && !minute) {
      minute = true;
      say(root.dataset.wordsMinute);
    }
    if (left > 0) return;
    clearInterval(ticking);
    ending = true;
    send();
  }

  let ticking = 0;
  if ("left" in root.dataset) {
    clock(Number(root.dataset.left));
    minute = Number(root.dataset.left) <= 60;
    ticking = setInterval(tick, 1000);
  }

  // Things to put in order, places on a picture --------------------------------------------------------------------------

  function shift(asked, key, step) {
    const row = asked.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (step < 0) row.previousElementSibling?.before(row);
    else row.nextElementSibling?.after(row);
    const at = [...row.parentNode.children].indexOf(row) + 1;
    say(`${row.querySelector(".cg-q-text").textContent} ${root.dataset.wordsAt} ${at}`);
  }

  function drag(list) {
    let held = null;
    list.addEventListener("pointerdown", (event) => {
      if (!event.target.closest(".cg-q-grip")) return;
      event.preventDefault();
      held = event.target.closest("li");
      held.dataset.held = "";
      list.setPointerCapture(event.pointerId);
    });
    list.addEventListener("pointermove", (event) => {
      if (!held) return;
      for (const row of list.children) {
        const box = row.getBoundingClientRect();
        if (row === held || event.clientY < box.top || event.clientY > box.bottom) continue;
        const below = event.clientY > box.top + box.height / 2;
        row[below ? "after" : "before"](held);
        break;
      }
    });
    for (const kind of ["pointerup", "pointercancel"]) {
      list.addEventListener(kind, () => {
        if (held) delete held.dataset.held;
        held = null;
      });
    }
  }

  /** Clicks on the picture tick the place by its name; a click beside all places is kept as a point. */
  function point(picture, asked) {
    const image = picture.querySelector("img");
    const boxes = [...asked.querySelectorAll("input[data-x]")];
    const spot = (box) => ["x", "y", "width", "height"].map((side) => Number(box.dataset[side]));

    function draw() {
      picture.querySelectorAll("i").forEach((mark) => mark.remove());
      if (!image.naturalWidth) return;
      for (const box of boxes.filter((one) => one.checked)) {
        const [x, y, width, height] = spot(box);
        put({ x, y, width, height });
      }
      for (const told of picture.querySelectorAll('input[name="diem"]')) {
        const [x, y] = told.value.split(",").map(Number);
        put({ x, y, width: 0, height: 0 });
      }
    }

    function put({ x, y, width, height }) {
      const mark = document.createElement("i");
      if (!width) mark.dataset.point = "";
      mark.style.left = `${(100 * x) / image.naturalWidth}%`;
      mark.style.top = `${(100 * y) / image.naturalHeight}%`;
      mark.style.width = `${(100 * width) / image.naturalWidth}%`;
      mark.style.height = `${(100 * height) / image.naturalHeight}%`;
      picture.append(mark);
    }

    image.addEventListener("click", (event) => {
      const box = image.getBoundingClientRect();
      const x = Math.round(((event.clientX - box.left) * image.naturalWidth) / box.width);
      const y = Math.round(((event.clientY - box.top) * image.naturalHeight) / box.height);
      const reach = (20 * image.naturalWidth) / box.width;
      const hit = boxes.find((one) => {
        const [left, top, width, height] = spot(one);
        return x >= left && x < left + width && y >= top && y < top + height;
      });
      const near = [...picture.querySelectorAll('input[name="diem"]')].find((one) => {
        const [left, top] = one.value.split(",").map(Number);
        return Math.hypot(left - x, top - y) < reach;
      });
      if (hit) hit.checked = !hit.checked;
      else if (near) near.remove();
      else {
        const told = Object.assign(document.createElement("input"), { type: "hidden", name: "diem", value: `${x},${y}` });
        picture.append(told);
      }
      draw();
    });
    asked.addEventListener("change", draw);
    image.addEventListener("load", draw);
    draw();
  }

  function prepare(asked) {
    if (asked.dataset.prepared) return;
    asked.dataset.prepared = "1";
    const list = asked.querySelector(".cg-q-order");
    if (list) drag(list);
    const picture = asked.querySelector("[data-picture]");
    if (picture) point(picture, asked);
  }

  /** What the device kept goes back into the form of its question. */
  function refill(asked, body) {
    const told = new URLSearchParams(body);
    for (const input of asked.querySelectorAll('[name="tra_loi"]')) {
      if (input.matches('[type="radio"], [type="checkbox"]')) input.checked = told.getAll("tra_loi").includes(input.value);
      else input.value = told.get("tra_loi") ?? "";
    }
    for (const select of asked.querySelectorAll("select")) select.value = told.get(select.name) ?? "";
    const list = asked.querySelector(".cg-q-order");
    for (const key of told.getAll("thu_tu")) list?.append(list.querySelector(`[data-key="${CSS.escape(key)}"]`));
  }

  async function begin() {
    prepare(form());
    for (const of of Object.keys(waiting)) answered(of);
    const answer = await fetch(root.dataset.all);
    if (!answer.ok) return;
    const all = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const one of all.querySelectorAll("[data-question]")) {
      const of = Number(one.dataset.question);
      if (waiting[of]) refill(one, waiting[of].body);
      if (of !== number()) pages.set(of, document.adoptNode(one));
    }
    pages.set(number(), form());
    if (waiting[number()]) refill(form(), waiting[number()].body);
    root.dataset.ready = "";
    if (Object.keys(waiting).length) send();
  }

  begin().catch(() => {
    // without the other questions each stays a page of its own
  });
}
