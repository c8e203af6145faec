// The box: the answer comes on the same page, pictures by paste and drag, speaking; sending on and copying what is
// shown. Without this script the form is sent as any form, and the answer is a page of its own.
const KEPT = "cg-asked";
const LONGEST = 2400; // pixels of a picture's longer side as it is sent: letters stay sharp, a slow line is spared

/** The box of the page as it stands; answers bring another one. */
const box = () => document.querySelector("[data-check]");

function remember(text) {
  try {
    text ? sessionStorage.setItem(KEPT, text) : sessionStorage.removeItem(KEPT);
  } catch {
    // storage refused: after a reload the box is empty
  }
}

function remembered() {
  try {
    return sessionStorage.getItem(KEPT) ?? "";
  } catch {
    return "";
  }
}

function trouble(form, words) {
  const place = form.querySelector(".cg-box-error");
  place.querySelector("span").textContent = words;
  place.hidden = false;
  place.scrollIntoView({ block: "nearest" }); // on a phone it may lie below the window
}

function busy(form, on) {
  const words = form.querySelector("[data-busy] span");
  words.dataset.rest ??= words.textContent;
  words.textContent = on ? words.parentElement.dataset.busy : words.dataset.rest;
  form.setAttribute("aria-busy", String(on));
}

// Asking -------------------------------------------------------------------------------------------------------------

let asking = null;

async function ask(form, picture) {
  asking?.abort();
  const mine = (asking = new AbortController());
  const data = new FormData(form);
  const chosen = picture ?? data.get("anh");
  data.delete("anh");
  if (chosen?.size) data.set("anh", await smaller(chosen), "anh.jpg");
  remember(data.get("noi_dung"));
  busy(form, true);
  try {
    const reply = await send(form.action, data, mine.signal);
    show(await reply.text(), reply.status);
  } catch (error) {
    if (error.name !== "AbortError") trouble(form, form.querySelector(".cg-box-error").dataset[error.cause ?? "offline"]);
  } finally {
    if (asking === mine) busy(form, false); // not while a later question is on its way
  }
}

/** Sends the question. A page kept on the phone holds nobody's token: one is fetched then, and the question sent again. */
async function send(url, data, signal) {
  const reply = await fetch(url, { method: "POST", body: data, signal });
  if ([400, 413].includes(reply.status)) throw new TypeError("too much", { cause: "much" });
  if (reply.status !== 403) return reply;
  const fresh = new DOMParser().parseFromString(await (await fetch(url, { signal })).text(), "text/html");
  data.set("csrfmiddlewaretoken", fresh.querySelector("[data-check] [name=csrfmiddlewaretoken]")?.value ?? "");
  return fetch(url, { method: "POST", body: data, signal });
}

/** Puts the answer's page in place of this one, so that the browser's way back leads to the box. */
function show(html, status) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const main = page.querySelector("main");
  if (!main?.querySelector("[data-check]")) throw new TypeError("no answer"); // an error page of a proxy between
  if (status !== 200) {
    box().elements.noi_dung.focus();
    trouble(box(), main.querySelector(".cg-box-error span").textContent);
    return;
  }
  if (!document.querySelector("[data-answer]")) keepHome();
  put(main, page.title);
  history[location.pathname === box().getAttribute("action") ? "replaceState" : "pushState"](
    { cgAnswer: true }, "", box().action,
  );
  remember(box().elements.noi_dung.value);
  scrollTo(0, 0);
  document.getElementById("kq").focus({ preventScroll: true });
}

let home = null; // what the way back and the way forward lead to, as it was
let answer = null;

function keepHome() {
  home = { main: document.querySelector("main"), title: document.title };
}

function put(main, title) {
  const before = document.querySelector("main");
  const fresh = document.importNode(main, true);
  before.replaceWith(fresh);
  document.title = title;
  answer = { main: fresh, title };
  prepare(fresh);
  const said = fresh.querySelector(".cg-verdict");
  if (said) announce(`${said.querySelector(".cg-word").textContent}. ${said.querySelector(".cg-say").textContent}`);
}

const live = document.createElement("div");
live.className = "visually-hidden";
live.setAttribute("aria-live", "polite");
document.body.append(live);

export function announce(words) {
  live.textContent = "";
  setTimeout(() => (live.textContent = words), 150); // a change after the swap, so that readers notice it
}

addEventListener("popstate", () => {
  if (!box()) return; // the golden hour and the talk have no such box
  const wanted = location.pathname === box().getAttribute("action") ? answer : home; // a jump within the page changes nothing
  const main = document.querySelector("main");
  if (!wanted || wanted.main === main) return;
  asking?.abort();
  window.speechSynthesis?.cancel();
  main.replaceWith(wanted.main);
  document.title = wanted.title;
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-check]")) return;
  event.preventDefault();
  event.target.querySelector(".cg-box-error").hidden = true;
  ask(event.target);
});

// Pictures -----------------------------------------------------------------------------------------------------------

/** The picture no larger than letters need; as it is where the browser cannot open it. */
export async function smaller(file) {
  try {
    const picture = await createImageBitmap(file);
    const share = LONGEST / Math.max(picture.width, picture.height);
    if (share >= 1 && file.size < 1_500_000) return file;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * Math.min(1, share));
    canvas.height = Math.round(picture.height * Math.min(1, share));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((done) => canvas.toBlob((made) => done(made ?? file), "image/jpeg", 0.9));
  } catch {
    return file;
  }
}

const pictureOf = (files) => [...(files ?? [])].find((file) => file.type.startsWith("image/"));

document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-check]");
  if (form && event.target.name === "anh" && event.target.files.length) form.requestSubmit();
});

document.addEventListener("paste", (event) => {
  const picture = pictureOf(event.clipboardData?.files);
  if (!picture || !box()) return;
  event.preventDefault();
  ask(box(), picture);
});

for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const form = event.target.closest?.("[data-check]");
    if (!form || ![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
    event.preventDefault();
    form.classList.toggle("over", kind === "dragover");
    const picture = kind === "drop" && pictureOf(event.dataTransfer.files);
    if (picture) ask(form, picture);
  });
}

// Speaking and reading aloud -----------------------------------------------------------------------------------------

const Hearing = window.SpeechRecognition ?? window.webkitSpeechRecognition;
let hearing = null;

function dictate(button) {
  if (hearing) return hearing.stop();
  const form = button.closest("form");
  hearing = new Hearing();
  hearing.lang = "vi-VN";
  hearing.onresult = (event) => {
    const heard = [...event.results].map((result) => result[0].transcript).join(" ");
    form.elements.noi_dung.value = `${form.elements.noi_dung.value} ${heard}`.trim();
  };
  hearing.onerror = () => trouble(form, form.querySelector(".cg-box-error").dataset.unheard);
  hearing.onend = () => {
    hearing = null;
    button.setAttribute("aria-pressed", "false");
  };
  button.setAttribute("aria-pressed", "true");
  hearing.start();
}

function readAnswer(button) {
  const on = button.getAttribute("aria-pressed") !== "true";
  speechSynthesis.cancel();
  button.setAttribute("aria-pressed", String(on));
  if (!on) return;
  const parts = [...document.querySelectorAll(".cg-word, .cg-say, .cg-steps li, .cg-reasons b, .cg-reasons b + span")];
  parts.forEach((part, place) => {
    const words = new SpeechSynthesisUtterance(part.innerText);
    words.lang = "vi-VN";
    words.rate = 0.95;
    if (place === parts.length - 1) words.onend = () => button.setAttribute("aria-pressed", "false");
    speechSynthesis.speak(words);
  });
}

// Sending on and copying ---------------------------------------------------------------------------------------------

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = Object.assign(document.createElement("textarea"), { value: text }); // an old phone, or plain http
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

async function tell(button, text) {
  if (navigator.share) return navigator.share({ text }).catch(() => {}); // closed by the reader
  await copy(text);
  told(button);
}

function told(button) {
  const words = button.querySelector("span") ?? button;
  words.dataset.rest ??= words.textContent;
  words.textContent = button.dataset.told;
  announce(button.dataset.told);
  setTimeout(() => (words.textContent = words.dataset.rest), 6000);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-tell], [data-tell-from], [data-take], [data-dictate], [data-read-answer]");
  if (!button) return;
  const { tell: words, tellFrom, take } = button.dataset;
  if (words !== undefined) tell(button, words);
  else if (tellFrom) {
    event.preventDefault();
    tell(button, document.getElementById(tellFrom).innerText);
  } else if (take) copy(document.getElementById(take).innerText).then(() => told(button));
  else if ("dictate" in button.dataset) dictate(button);
  else readAnswer(button);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !document.querySelector("[data-answer]") || document.querySelector("dialog[open]")) return;
  window.speechSynthesis?.cancel();
  const words = box().elements.noi_dung;
  words.focus();
  words.select();
});

/** What only works with this script, in a page just loaded or put in place. */
export function prepare(part) {
  for (const item of part.querySelectorAll("[data-needs-js]")) item.hidden = false;
  for (const button of part.querySelectorAll("[data-dictate]")) {
    button.hidden = !Hearing;
    button.toggleAttribute("data-none", !Hearing);
  }
  for (const button of part.querySelectorAll("[data-read-answer]")) button.hidden = !("speechSynthesis" in window);
}

prepare(document.querySelector("main"));
const words = box()?.elements.noi_dung;
if (words && !words.value && !document.querySelector("[data-answer]") && location.pathname === box().getAttribute("action")) {
  words.value = remembered(); // a reload of the answer: the words are back, and nothing is asked before the button
}
