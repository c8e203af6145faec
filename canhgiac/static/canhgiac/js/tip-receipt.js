// The receipt and the follow page: print, copy, the code out of the QR code's address; the sent draft is dropped.
for (const item of document.querySelectorAll("[data-needs-js]")) item.hidden = false;

if (document.querySelector("[data-tip-done]")) {
  try {
    sessionStorage.removeItem("cg-tip-draft");
    localStorage.removeItem("cg-tip-draft");
  } catch {
    // storage refused: nothing was kept
  }
}

document.addEventListener("click", async (event) => {
  if (event.target.closest("[data-print]")) print();
  const take = event.target.closest("[data-take]");
  if (!take) return;
  await navigator.clipboard?.writeText(document.getElementById(take.dataset.take).textContent.trim());
  take.querySelector("span").textContent = take.dataset.told;
});

// The part behind "#" never reaches a server; it leaves the address at once, so that no history keeps it.
const follow = document.querySelector("[data-follow]");
const code = location.hash.slice(1);
if (follow && /^\d{16}$/.test(code)) {
  history.replaceState(null, "", location.pathname);
  follow.elements.ma.value = code.replace(/(\d{4})(?=\d)/g, "$1 ");
}
