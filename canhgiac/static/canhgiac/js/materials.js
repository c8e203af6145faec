// The toolbar of the text: it writes Markdown into the field, so that undo and saving know nothing of it.
const LINES = { list: "- ", heading: "## " };
const AROUND = { bold: "**", italic: "*" };

function put(field, text, from, to) {
  field.focus();
  field.setSelectionRange(from, to);
  // execCommand keeps the browser's own undo; a browser without it gets the text all the same.
  if (!document.execCommand("insertText", false, text)) field.setRangeText(text, from, to, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function around(field, mark) {
  const { selectionStart: from, selectionEnd: to, value } = field;
  const words = value.slice(from, to);
  put(field, `${mark}${words}${mark}`, from, to);
  if (!words) field.setSelectionRange(from + mark.length, from + mark.length);
}

function lines(field, lead) {
  const { selectionStart, selectionEnd: to, value } = field;
  const from = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const text = value.slice(from, to).split("\n").map((line, at) => `${typeof lead === "function" ? lead(at) : lead}${line}`);
  put(field, text.join("\n"), from, to);
}

function link(field) {
  const { selectionStart: from, selectionEnd: to, value } = field;
  const words = value.slice(from, to);
  put(field, `[${words}](https://)`, from, to);
  const at = from + words.length + 3;
  field.setSelectionRange(at, at + 8);
}

for (const bar of document.querySelectorAll("[data-mdbar]")) {
  const field = document.getElementById(bar.dataset.mdbar);
  bar.hidden = false;
  bar.addEventListener("click", (event) => {
    const kind = event.target.closest("[data-md]")?.dataset.md;
    if (!kind) return;
    if (AROUND[kind]) around(field, AROUND[kind]);
    else if (kind === "numbers") lines(field, (at) => `${at + 1}. `);
    else if (kind === "link") link(field);
    else lines(field, LINES[kind]);
  });
}
