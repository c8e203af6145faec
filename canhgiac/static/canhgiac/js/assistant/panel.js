// The talk in its frame beside a page of ours: Esc closes it as it does from the page, and the theme follows the page.
const root = document.documentElement;

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) return;
  window.frameElement?.dispatchEvent(new CustomEvent("cg-close"));
});

addEventListener("storage", (event) => {
  if (event.key === "cg-theme") root.dataset.bsTheme = event.newValue === "dark" ? "dark" : "light";
  if (event.key === "cg-large") root.classList.toggle("cg-large", event.newValue === "yes");
});
