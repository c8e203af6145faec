// Chapters dragged into another order; without it the arrows do the same.
for (const list of document.querySelectorAll("[data-drag]")) {
  const form = document.getElementById(list.dataset.drag);
  let held = null;
  for (const row of list.children) row.draggable = true;
  list.addEventListener("dragstart", (event) => {
    held = event.target.closest("li");
    event.dataTransfer.effectAllowed = "move";
    held.classList.add("cg-dragged");
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("li");
    if (!held || !over || over === held) return;
    event.preventDefault();
    const after = event.clientY > over.getBoundingClientRect().top + over.offsetHeight / 2;
    over[after ? "after" : "before"](held);
  });
  list.addEventListener("drop", (event) => event.preventDefault());
  list.addEventListener("dragend", () => {
    held.classList.remove("cg-dragged");
    held = null;
    form.elements["thu-tu"].value = [...list.children].map((row) => row.dataset.item).join(",");
    form.requestSubmit();
  });
}
