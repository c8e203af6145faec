// A judging sheet is kept as it is typed; the button keeps it too, without this script.
const form = document.querySelector("[data-sheet]");
const kept = form.querySelector("[data-kept]");
let waiting = 0;

async function keep() {
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
    });
    const { faults } = await answer.json();
    kept.textContent = Object.values(faults).join(" ") || kept.dataset.keptWords;
  } catch {
    kept.textContent = kept.dataset.lostWords;
  }
}

form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(keep, 700);
});
