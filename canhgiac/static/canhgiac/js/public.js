// Public pages: large letters, reading aloud and warnings over the page, remembered, stopped or put away by the reader.
import { keep } from "./tools.js";

const root = document.documentElement;

for (const button of document.querySelectorAll("[data-large]")) {
  button.setAttribute("aria-pressed", String(root.classList.contains("cg-large")));
  button.addEventListener("click", () => {
    const large = root.classList.toggle("cg-large");
    keep("cg-large", large ? "yes" : "no");
    for (const other of document.querySelectorAll("[data-large]")) other.setAttribute("aria-pressed", String(large));
  });
}

const STRIPS = "cg-strips"; // what theme.js hides: number of the warning to when it stands again, 0 for not again
const MOST_STRIPS = 40;

/** The warnings put away on this device. */
function away() {
  try {
    return Object.entries(Object(JSON.parse(localStorage.getItem(STRIPS) ?? "{}")));
  } catch {
    return [];
  }
}

for (const button of document.querySelectorAll("[data-strip-away]")) {
  button.addEventListener("click", () => {
    const strip = button.closest("[data-strip]");
    const hours = Number(button.dataset.stripAway);
    const rows = away().filter(([key, until]) => key !== strip.dataset.strip && (until === 0 || until > Date.now()));
    rows.push([strip.dataset.strip, hours ? Date.now() + hours * 3600 * 1000 : 0]);
    keep(STRIPS, JSON.stringify(Object.fromEntries(rows.slice(-MOST_STRIPS))));
    strip.hidden = true;
    document.getElementById("noi-dung")?.focus(); // a reader by keyboard goes on where the page begins
  });
}

let reading = 0; // of which reading the voice is: some browsers report a sentence that was cut off as one read to its end

/** Reads the headings, paragraphs and list items of the main part, one after the other. */
function speak(done) {
  const parts = [...document.querySelectorAll("main :is(h1, h2, h3, p, li, dt, dd)")].filter(
    (part) => part.offsetParent !== null && !part.querySelector("p, li"),
  );
  const mine = ++reading;
  const next = () => {
    if (mine !== reading) return;
    const part = parts.shift();
    for (const read of document.querySelectorAll(".cg-speaking")) read.classList.remove("cg-speaking");
    if (!part) return done();
    const words = new SpeechSynthesisUtterance(part.innerText);
    const { lang } = part.closest("[lang]"); // a page may hold a text in another language
    words.lang = lang === "vi" ? "vi-VN" : lang;
    words.rate = 0.95;
    words.onend = next;
    part.classList.add("cg-speaking");
    speechSynthesis.speak(words);
  };
  next();
}

for (const button of document.querySelectorAll("[data-speak]")) {
  if (!("speechSynthesis" in window)) {
    button.closest("li")?.remove();
    continue;
  }
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    hush();
    button.setAttribute("aria-pressed", String(on));
    if (on) speak(() => button.setAttribute("aria-pressed", "false"));
  });
}

/** Ends the reading. */
function hush() {
  reading++;
  window.speechSynthesis?.cancel();
  for (const read of document.querySelectorAll(".cg-speaking")) read.classList.remove("cg-speaking");
  for (const button of document.querySelectorAll("[data-speak]")) button.setAttribute("aria-pressed", "false");
}
addEventListener("pagehide", hush); // the voice would go on over the next page
