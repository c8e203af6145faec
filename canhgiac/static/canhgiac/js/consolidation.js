// A figure of the report opens its rows below the paragraph it stands in. Without this the figure is a link to a page.
const sheet = document.querySelector("[data-sheet]");
let open = null;

function close(focus) {
  if (!open) return;
  open.pop.remove();
  open.link.setAttribute("aria-expanded", "false");
  if (focus) open.link.focus();
  open = null;
}

function place(link, pop) {
  const at = link.getClientRects()[0] ?? link.getBoundingClientRect();
  const left = at.left + at.width / 2 - pop.getBoundingClientRect().left - 7;
  pop.style.setProperty("--cg-arrow", `${Math.max(14, Math.min(left, pop.clientWidth - 30))}px`);
}

async function show(link) {
  const same = open?.link === link;
  close(false);
  if (same) return;
  const pop = document.createElement("div");
  pop.className = "cg-pop";
  pop.setAttribute("role", "dialog");
  pop.setAttribute("aria-label", link.textContent);
  pop.tabIndex = -1;
  pop.innerHTML = `<header><div role="status"></div></header>`;
  pop.querySelector("[role=status]").textContent = sheet.dataset.loading;
  link.closest("p").after(pop);
  link.setAttribute("aria-expanded", "true");
  open = { link, pop };
  place(link, pop);
  const address = new URL(link.href);
  address.searchParams.set("khung", "1");
  try {
    const answer = await fetch(address, { headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
    const text = await answer.text();
    if (open?.pop !== pop) return;
    pop.innerHTML = text;
    place(link, pop);
    pop.focus({ preventScroll: true });
  } catch {
    location.assign(link.href);
  }
}

sheet?.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")) return close(true);
  const link = event.target.closest("a[data-fig]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(link);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  close(true);
  for (const menu of document.querySelectorAll(".cg-paraacts[open]")) menu.open = false;
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(".cg-paraacts[open]")) if (!menu.contains(event.target)) menu.open = false;
});

document.querySelector("[data-autofocus]")?.focus();
