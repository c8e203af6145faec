// Runs before the first paint: the reader's own choice of theme, letter size and rail, else what the system prefers.
(() => {
  const root = document.documentElement;
  const kept = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // storage refused: the page still works
    }
  };
  const dark = kept("cg-theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  root.dataset.bsTheme = dark === "dark" ? "dark" : "light";
  root.classList.toggle("cg-large", kept("cg-large") === "yes");
  root.classList.toggle("cg-rail", kept("cg-rail") === "yes");
  root.classList.toggle("cg-wide", kept("cg-rail") === "no");
  root.classList.add("js");
  // Warnings over the page that the reader put away (public.js): hidden before they are drawn, so that nothing jumps.
  let away = {};
  try {
    away = Object(JSON.parse(kept("cg-strips") ?? "{}"));
  } catch {
    // not ours: they all stand
  }
  const hidden = Object.keys(away).filter((key) => /^\d+$/.test(key) && (away[key] === 0 || away[key] > Date.now()));
  if (hidden.length && document.adoptedStyleSheets) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`${hidden.map((key) => `[data-strip="${key}"]`).join()}{display:none}`);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }
  // Paper is light, whatever the screen was.
  let before;
  addEventListener("beforeprint", () => ((before = root.dataset.bsTheme), (root.dataset.bsTheme = "light")));
  addEventListener("afterprint", () => (root.dataset.bsTheme = before));
})();
