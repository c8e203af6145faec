// Public pages: large letters and reading aloud, both remembered or stopped by the reader.
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

/** Reads the headings, paragraphs and list items of the main part, one after the other. */
function speak(done) {
  const parts = [...document.querySelectorAll("main :is(h1, h2, h3, p, li, dt, dd)")].filter(
    (part) => part.offsetParent !== null && !part.querySelector("p, li"),
  );
  const next = () => {
    const part = parts.shift();
    for (const read of document.querySelectorAll(".cg-speaking")) read.classList.remove("cg-speaking");
    if (!part) return done();
    const words = new SpeechSynthesisUtterance(part.innerText);
    words.lang = root.lang === "vi" ? "vi-VN" : root.lang;
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
    speechSynthesis.cancel();
    button.setAttribute("aria-pressed", String(on));
    for (const read of document.querySelectorAll(".cg-speaking")) read.classList.remove("cg-speaking");
    if (on) speak(() => button.setAttribute("aria-pressed", "false"));
  });
}
