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

/** Tells the reader something in the corner: kind is success, info, warning or error. */
export function toast(text, kind = "success") {
  const area = document.getElementById("toasts");
  if (!area) return;
  const box = document.createElement("div");
  box.className = "cg-alert";
  box.dataset.kind = kind;
  box.append(document.createElement("i"), Object.assign(document.createElement("div"), { textContent: text }));
  area.append(box);
  if (kind !== "error") setTimeout(() => box.remove(), 8000);
}
