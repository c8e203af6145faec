// What several scripts share. It only defines: a script that acts is named by pages and never imported, because a page
// knows it by another address than an import does, and it would run twice.

/** Remembers a choice on this device; a browser that refuses storage forgets it with the page. */
export function keep(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // nothing to do: the choice holds until the page is left
  }
}

/** Tells the reader something in the corner: kind is success, info, warning or error. An error stays until it is closed;
    the same words stand there once, however often they are said. */
export function toast(text, kind = "success") {
  const area = document.getElementById("toasts");
  if (!area) return;
  for (const one of [...area.children]) if (one.querySelector("div").textContent === text) one.remove();
  const box = document.getElementById("toast").content.firstElementChild.cloneNode(true);
  box.dataset.kind = kind;
  box.querySelector("div").textContent = text;
  box.querySelector("button").addEventListener("click", () => box.remove());
  area.append(box);
  if (kind !== "error") setTimeout(() => box.remove(), 8000);
}
