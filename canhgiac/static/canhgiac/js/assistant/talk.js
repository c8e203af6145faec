// The talk in place: what is sent and what comes back is the form's own piece of the page. Without this script the form
// is sent as any form and the page comes back whole.
import { announce, prepare, smaller } from "../check.js";

const PART = "X-Talk-Part";
const KEPT = "cg-hoi-dang-go";
const TOUCH = "(pointer: coarse)";
const LOOK = 5000; // milliseconds between looks for an officer's words, while somebody waits for them

const talk = () => document.querySelector("[data-talk]");
const box = () => talk().querySelector("[data-box]");
const words = () => box().elements.noi_dung;
const turns = () => [...talk().querySelectorAll(".cg-chat-turn:not([data-made])")];

let sending = null; // of the message on its way

// Sending ------------------------------------------------------------------------------------------------------------

/** Sends a form and puts the talk that comes back in place. Answers whether it came. */
async function send(form, data, headers = {}) {
  sending?.abort();
  const mine = (sending = new AbortController());
  const own = form === box();
  try {
    const reply = await fetch(form.action, { method: "POST", body: data, headers: { [PART]: "", ...headers }, signal: mine.signal });
    const html = await reply.text();
    const hides = own && !words().value && matchMedia(TOUCH).matches; // a keyboard that lies over the answer
    putBeside(html, reply.ok, { focus: !hides });
    return reply.ok;
  } catch (error) {
    if (error.name !== "AbortError") trouble(box().querySelector(".cg-box-error").dataset.offline);
    return false;
  } finally {
    if (sending === mine) sending = null;
  }
}

async function say(form, button, picture) {
  const data = new FormData(form);
  if (button?.name) data.set(button.name, button.value);
  const chosen = picture ?? data.get("anh");
  data.delete("anh");
  if (chosen?.size) data.set("anh", await smaller(chosen), "anh.jpg");
  const text = String(data.get("noi_dung") ?? "").trim();
  if (!text && !data.has("anh")) return words().focus();
  if (form !== box()) data.set("csrfmiddlewaretoken", box().elements.csrfmiddlewaretoken.value);
  const own = form === box();
  if (own) {
    keep(text);
    words().value = ""; // free for the next sentence
  }
  box().querySelector(".cg-box-error").hidden = true;
  const have = turns().length;
  thinking(text);
  if (await send(form, data, have ? { "X-Talk-Have": have } : {})) {
    if (own) keep(words().value);
    return newest();
  }
  unthink();
  if (own) keep((words().value = [text, words().value].filter(Boolean).join("\n")));
}

/** The person's words at once, and a sign that an answer is on its way. */
function thinking(text) {
  let list = talk().querySelector(".cg-chat");
  if (!list) {
    list = document.createElement("ol");
    list.className = "cg-chat";
    list.dataset.made = "";
    talk().prepend(list);
  }
  if (text) list.append(turn("person", text));
  const waits = turn("assistant", talk().dataset.busy);
  waits.classList.add("cg-chat-busy");
  list.append(waits);
  for (const part of talk().querySelectorAll(".cg-chat-choices, .cg-chat-acts, .cg-tries, .cg-lead")) part.hidden = true;
  box().setAttribute("aria-busy", "true");
  waits.scrollIntoView({ block: "nearest" });
}

function turn(who, text) {
  const item = document.createElement("li");
  item.className = "cg-chat-turn";
  item.dataset.who = who;
  item.dataset.made = "";
  const said = document.createElement("p");
  said.className = "cg-chat-words";
  said.textContent = text;
  item.append(said);
  return item;
}

function unthink() {
  for (const made of talk().querySelectorAll("[data-made]")) made.remove();
  for (const part of talk().querySelectorAll(".cg-chat-choices, .cg-chat-acts, .cg-tries, .cg-lead")) part.hidden = false;
  box().removeAttribute("aria-busy");
}

function trouble(said) {
  const place = box().querySelector(".cg-box-error");
  place.querySelector("span").textContent = said;
  place.hidden = false;
  place.scrollIntoView({ block: "nearest" });
}

/** Puts the talk that came in place of the one that stands. A page of somebody between us is no talk. */
function put(html, ok = true) {
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-talk]");
  if (!fresh) throw new TypeError("no talk");
  if (!ok) {
    trouble(fresh.querySelector(".cg-box-error span").textContent);
    return;
  }
  window.speechSynthesis?.cancel();
  const next = document.importNode(fresh, true);
  if ("after" in next.dataset && !join(next)) return location.reload(); // another window of ours went on meanwhile
  talk().replaceWith(next);
  ready();
}

/** Puts a talk in place and leaves half a sentence as it is by now in the box, with its cursor. Answers whether somebody
    was writing. */
function putBeside(html, ok, { focus = true } = {}) {
  const { value, selectionStart } = words();
  const focused = focus && document.activeElement === words();
  put(html, ok);
  words().value = value;
  if (focused) {
    words().focus({ preventScroll: true });
    words().setSelectionRange(selectionStart, selectionStart);
  }
  return focused;
}

/** Puts the turns that stand before those that came. Answers whether they fit together. */
function join(next) {
  const stand = turns();
  const fresh = next.querySelector(".cg-chat-turn");
  if (stand.length !== Number(next.dataset.after) || stand.some((item) => item.id === fresh?.id)) return false;
  for (const part of talk().querySelectorAll("#moi, [data-now]")) part.remove();
  for (const item of stand) delete item.dataset.newest;
  next.querySelector(".cg-chat").prepend(...stand);
  return true;
}

/** To the beginning of the newest answer, which is read to who listens. */
function newest() {
  const item = talk().querySelector("[data-newest]");
  document.body.classList.toggle("cg-talking", Boolean(item));
  if (!item) return;
  const before = item.previousElementSibling;
  const top = before && before.offsetHeight < 160 ? before : item; // a short question stays in view above its answer
  top.scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  announce(sayings(item).join(" "));
}

const sayings = (item) => [...item.querySelectorAll("[data-said]")].map((part) => part.innerText);

// What was typed and not sent, in this tab ---------------------------------------------------------------------------

function keep(text) {
  try {
    text ? sessionStorage.setItem(KEPT, text) : sessionStorage.removeItem(KEPT);
  } catch {
    // storage refused: after a reload the box is empty
  }
}

function kept() {
  try {
    return sessionStorage.getItem(KEPT) ?? "";
  } catch {
    return "";
  }
}

// While somebody waits for an officer --------------------------------------------------------------------------------

let looking = 0;

async function look() {
  if (!document.hidden && !sending) {
    const asked = talk(); // what was sent or erased meanwhile brought a newer one
    try {
      const reply = await fetch(asked.dataset.url, { headers: { [PART]: asked.dataset.version } });
      const html = reply.status === 200 ? await reply.text() : "";
      if (html && !sending && talk() === asked) {
        const before = turns().length;
        const focused = putBeside(html);
        if (turns().length > before) {
          if (focused) announce(`${talk().dataset.new} ${sayings(talk().querySelector("[data-newest]")).join(" ")}`);
          else newest();
        }
      }
    } catch {
      // no network now: the next look tells
    }
  }
  wait();
}

function wait() {
  clearTimeout(looking);
  if ("waiting" in talk().dataset) looking = setTimeout(look, LOOK);
}

// Reading an answer aloud --------------------------------------------------------------------------------------------

function read(button) {
  const on = button.getAttribute("aria-pressed") !== "true";
  speechSynthesis.cancel();
  for (const other of talk().querySelectorAll("[data-read]")) other.setAttribute("aria-pressed", "false");
  button.setAttribute("aria-pressed", String(on));
  if (!on) return;
  const parts = sayings(button.closest(".cg-chat-turn"));
  parts.forEach((part, place) => {
    const said = new SpeechSynthesisUtterance(part);
    said.lang = "vi-VN";
    said.rate = 0.95;
    if (place === parts.length - 1) said.onend = () => button.setAttribute("aria-pressed", "false");
    speechSynthesis.speak(said);
  });
}

// All together -------------------------------------------------------------------------------------------------------

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-say]")) {
    event.preventDefault();
    if (!sending) say(form, event.submitter);
  } else if (form.matches("[data-do]")) {
    event.preventDefault();
    const data = new FormData(form, event.submitter);
    send(form, data).then((came) => {
      if (!came) return;
      if ("erase" in form.dataset) {
        words().value = "";
        keep("");
        document.body.classList.remove("cg-talking");
        scrollTo(0, 0);
        words().focus();
      } else if (!form.action.includes("/danh-gia/")) newest();
    });
  }
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-box]");
  if (form && event.target.name === "anh" && event.target.files.length) form.requestSubmit();
});

document.addEventListener("paste", (event) => {
  const picture = [...(event.clipboardData?.files ?? [])].find((file) => file.type.startsWith("image/"));
  if (!picture || sending) return;
  event.preventDefault();
  say(box(), null, picture);
});

document.addEventListener("input", (event) => {
  if (event.target.closest("[data-box]")) keep(event.target.value);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.matches("[data-box] textarea")) return;
  if (matchMedia(TOUCH).matches) return; // on a phone Enter is a new line
  event.preventDefault();
  box().requestSubmit();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-read], [data-look]");
  if (!button) return;
  if ("read" in button.dataset) return read(button);
  event.preventDefault();
  look();
});

/** What only works with this script, in the talk that stands. */
function ready() {
  prepare(talk());
  for (const button of talk().querySelectorAll("[data-read]")) button.hidden = !("speechSynthesis" in window);
  wait();
}

ready();
if (!words().value) words().value = kept();
if (talk().querySelector("[data-newest]")) {
  document.body.classList.add("cg-talking");
  if (!location.hash) newest();
}
