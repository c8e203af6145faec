// The duty desk: ready replies go into the answer where the caret stands, Ctrl+Enter sends, new words come into view.
// Everything works without this: the same buttons post the form.
const box = () => document.querySelector("[data-say]");

function put(text) {
  const field = box();
  const at = field.selectionStart ?? field.value.length;
  const before = field.value.slice(0, at).trimEnd();
  const after = field.value.slice(field.selectionEnd ?? at).trimStart();
  const head = before ? `${before}\n\n` : "";
  field.value = `${head}${text}${after ? `\n\n${after}` : ""}`;
  field.focus();
  field.setSelectionRange(head.length + text.length, head.length + text.length);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-canned]");
  if (!button || !box()) return;
  event.preventDefault();
  put(button.dataset.canned);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.matches("[data-say]")) return;
  event.preventDefault();
  event.target.form.requestSubmit(event.target.form.querySelector("[name=gui]"));
});

let last = document.querySelector("[data-duty-talk]")?.lastElementChild?.id;
document.addEventListener("htmx:afterSwap", () => {
  const turn = document.querySelector("[data-duty-talk]")?.lastElementChild;
  if (turn && turn.id !== last) {
    last = turn.id;
    turn.scrollIntoView({ block: "nearest" });
    const says = document.querySelector("[data-duty-says]");
    if (says) says.textContent = `${says.dataset.new} ${turn.querySelector(".text")?.textContent ?? ""}`;
  }
});
