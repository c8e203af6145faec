// A map's areas tell about themselves under the map, on hover, focus and tap. Without this script each has its title
// and its link.
for (const box of document.querySelectorAll("[data-map]")) {
  const chosen = box.querySelector("[data-map-chosen]");
  const areas = box.querySelectorAll("[data-words]");
  const tell = (area) => {
    for (const one of areas) one.classList.toggle("is-chosen", one === area);
    const name = document.createElement("span");
    name.className = "cg-mapsel-name";
    name.textContent = area.dataset.name;
    chosen.replaceChildren(name, ` · ${area.dataset.words}`);
    chosen.hidden = false;
  };
  for (const area of areas) {
    area.addEventListener("pointerenter", () => tell(area));
    area.addEventListener("focus", () => tell(area));
  }
}
