// The tip out of a talk: a little work for the browser while the person reads, so that a machine does not send
// thousands; one tap is one sending.
const form = document.querySelector("[data-tip-send]");

const work = new Promise((done) => {
  const worker = new Worker(form.dataset.worker);
  fetch(form.dataset.challenge)
    .then((answer) => answer.json())
    .then(({ challenge }) => {
      worker.onmessage = (event) => {
        form.elements.thu_thach.value = challenge;
        form.elements.loi_giai.value = event.data;
        worker.terminate();
        done();
      };
      worker.onerror = done;
      worker.postMessage(challenge);
    })
    .catch(done); // no network now: the sending itself will say so
});

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
