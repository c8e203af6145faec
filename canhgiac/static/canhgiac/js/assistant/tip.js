// The tip out of a talk: the work is done while the person reads, and one tap is one sending.
import { proof } from "../proof.js";

const form = document.querySelector("[data-tip-send]");
const work = proof(form);

form.querySelector(".cg-tip-errors")?.focus();

let sent = false;
form.addEventListener("submit", async (event) => {
  if (event.submitter?.hasAttribute("formaction")) return;
  event.preventDefault();
  if (sent) return;
  sent = true;
  const button = form.querySelector("[data-send]");
  button.setAttribute("aria-busy", "true");
  button.querySelector("span").textContent = button.dataset.sending;
  await work;
  HTMLFormElement.prototype.submit.call(form);
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload(); // back from the receipt: a fresh draft, not the sent one
});
