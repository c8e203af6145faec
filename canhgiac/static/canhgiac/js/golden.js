// The golden hour on this device: steps for what happened, the bank's number, ticks that are kept here and nowhere else.
const KEPT = "cg-golden";
const page = document.querySelector("[data-golden]");
const form = page.querySelector("[data-golden-form]");
const steps = [...page.querySelectorAll("[data-step]")];
const select = form.elements["ngan-hang"];
const scripts = [...page.querySelectorAll("[data-script]")];

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}

function keep() {
  const state = {
    happened: happened(),
    bank: select.value,
    time: form.elements.luc.value,
    done: [...page.querySelectorAll("[data-tick]:checked")].map((tick) => tick.dataset.tick),
  };
  try {
    localStorage.setItem(KEPT, JSON.stringify(state));
  } catch {
    // storage refused: the ticks hold until the page is left
  }
}

const happened = () => [...form.querySelectorAll("[name=viec]:checked")].map((one) => one.value);

/** Shows the steps for what was ticked; without anything, those for money. */
function narrow() {
  const wanted = happened();
  if (!wanted.length) wanted.push("tien");
  for (const step of steps) step.hidden = !step.dataset.for.split(" ").some((one) => wanted.includes(one));
}

function callBank() {
  const place = page.querySelector("[data-bank-phones]");
  const option = select.selectedOptions[0];
  const phones = (option?.dataset.phones ?? "").split("|").filter(Boolean);
  page.querySelector("[data-bank-src]")?.remove();
  place.replaceChildren(
    ...phones.map((phone) => {
      const link = page.querySelector("[data-bank-phone]").content.cloneNode(true).firstElementChild;
      link.href = `tel:${phone.replaceAll(" ", "")}`;
      link.querySelector("span").append(`${option.value}: ${phone}`);
      return link;
    }),
  );
}

/** The words to read out, with the bank and the time in their places; the words come open from the server. */
function fill() {
  const time = form.elements.luc.value;
  const at = time ? page.dataset.at.replace("{time}", time) : page.dataset.atUnknown;
  for (const place of scripts) {
    place.textContent = place.dataset.words.replace("{bank}", () => select.value || "…").replace("{at}", () => at);
  }
}

/** A field to type in beside the long list: three letters find the bank. */
function searchBanks() {
  const find = Object.assign(document.createElement("input"), { className: "form-control", type: "search" });
  find.setAttribute("list", "ngan-hang-ds");
  find.placeholder = select.dataset.find;
  find.autocomplete = "off";
  find.id = "ngan-hang-tim";
  find.value = select.value;
  const list = Object.assign(document.createElement("datalist"), { id: "ngan-hang-ds" });
  for (const option of [...select.options].slice(1)) list.append(new Option(option.value, option.value));
  form.querySelector("label[for=ngan-hang]").htmlFor = find.id;
  select.hidden = true;
  select.after(find, list);
  find.addEventListener("input", () => {
    const typed = find.value.trim().toLocaleLowerCase("vi");
    const names = [...select.options].map((option) => option.value).filter(Boolean);
    const near = typed.length > 2 ? names.filter((name) => name.toLocaleLowerCase("vi").includes(typed)) : [];
    const same = names.find((name) => name.toLocaleLowerCase("vi") === typed);
    select.value = same ?? (near.length === 1 ? near[0] : "");
    update();
  });
  return find;
}

function update() {
  narrow();
  callBank();
  fill();
  keep();
}

function mark(tick) {
  tick.closest("[data-step]").classList.toggle("done", tick.checked);
}

const state = kept();
if (!location.search) {
  for (const one of form.querySelectorAll("[name=viec]")) one.checked = state.happened?.includes(one.value) ?? false;
  if ([...select.options].some((option) => option.value === state.bank)) select.value = state.bank;
  form.elements.luc.value = state.time ?? "";
}
searchBanks();
for (const tick of page.querySelectorAll("[data-tick]")) {
  tick.checked = state.done?.includes(tick.dataset.tick) ?? false;
  mark(tick);
  tick.addEventListener("change", () => {
    mark(tick);
    keep();
  });
}
if (!location.search) {
  narrow();
  callBank();
  fill();
}
form.querySelector("button").hidden = true; // the steps change as things are ticked
form.addEventListener("change", update);
form.addEventListener("submit", (event) => event.preventDefault());
page.querySelector("[data-paper]").addEventListener("click", () => print());
page.querySelector("[data-untick]").addEventListener("click", () => {
  try {
    localStorage.removeItem(KEPT);
  } catch {
    // nothing was kept either
  }
  for (const tick of page.querySelectorAll("[data-tick]")) {
    tick.checked = false;
    mark(tick);
  }
});
