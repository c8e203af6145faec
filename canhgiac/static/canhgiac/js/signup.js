// Signing up: only the field and the words of the chosen channel, a little work against machines, printing the notice.
const form = document.querySelector("[data-signup]");

function chosen() {
  const way = form.querySelector('[name="kenh"]:checked')?.value;
  for (const part of form.querySelectorAll("[data-way]")) part.hidden = Boolean(way) && part.dataset.way !== way;
}

/** Begun with the first touch of the form, so that it is done when the person is. */
function work() {
  const worker = new Worker(form.dataset.worker);
  fetch(form.dataset.challenge)
    .then((answer) => answer.json())
    .then(({ challenge }) => {
      worker.onmessage = (event) => {
        form.elements.thu_thach.value = challenge;
        form.elements.loi_giai.value = event.data;
        worker.terminate();
      };
      worker.postMessage(challenge);
    })
    .catch(() => worker.terminate()); // without the work fewer sign-ups an hour are taken, that is all
}

if (form) {
  form.addEventListener("change", chosen);
  form.addEventListener("focusin", work, { once: true });
  chosen();
  form.querySelector(".cg-tip-errors")?.focus();
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
