// The editor of a scam form: lines of a text box as rows to add, move and remove; typed text kept until it is saved.
const BAR = " | ";
const SHAPES = { up: "m6 15 6-6 6 6", down: "m6 9 6 6 6-6", remove: "M18 6 6 18M6 6l12 12" };

function drawing(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  for (const [key, value] of Object.entries({ d: SHAPES[name], fill: "none", stroke: "currentColor", "stroke-width": "2", "stroke-linecap": "round", "stroke-linejoin": "round" })) path.setAttribute(key, value);
  svg.append(path);
  return svg;
}

// One list ------------------------------------------------------------------------------------------------------------

class Rows {
  constructor(box) {
    this.box = box;
    this.words = box.dataset;
    this.area = box.querySelector("textarea[data-rows]");
    this.columns = Number(this.area.dataset.columns);
    this.names = [this.words.first, this.words.second, this.words.third].slice(0, this.columns);
    this.choices = this.words.choices ? this.words.choices.split("|") : [];
    this.list = document.createElement("ol");
    this.list.className = "cg-rows";
    this.list.setAttribute("aria-label", this.words.label);
    this.add = document.createElement("button");
    this.add.type = "button";
    this.add.className = "btn btn-sm btn-plain";
    this.add.textContent = this.words.add;
    this.add.addEventListener("click", () => this.make([], null).querySelector("textarea, input, select").focus());
    this.area.hidden = true;
    box.append(this.list, this.add);
    const hint = box.parentElement.querySelector("[data-plain-hint]");
    if (hint) hint.hidden = true;
    box.parentElement.querySelector("label").removeAttribute("for");
    this.fill();
    this.list.addEventListener("input", () => this.write());
    this.area.addEventListener("cg:fill", () => this.fill());
  }

  fill() {
    this.list.replaceChildren();
    const lines = this.area.value.split("\n").filter((line) => line.trim());
    for (const line of lines.length ? lines : [""]) this.make(this.parts(line), null);
  }

  parts(line) {
    if (this.columns === 1) return [line];
    const parts = line.split("|").map((part) => part.trim());
    return [...parts.slice(0, this.columns - 1), parts.slice(this.columns - 1).join(BAR)];
  }

  make(values, after) {
    const row = document.createElement("li");
    row.className = ["one", "two", "three"][this.columns - 1];
    const columns = document.createElement("div");
    columns.className = "cols";
    this.names.forEach((name, index) => columns.append(this.input(name, index, values[index] || "")));
    const acts = document.createElement("div");
    acts.className = "acts";
    for (const act of ["up", "down", "remove"]) {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-label", this.words[act]);
      button.title = this.words[act];
      button.append(drawing(act));
      button.addEventListener("click", () => this.move(row, act, button));
      acts.append(button);
    }
    row.append(columns, acts);
    if (after) after.after(row);
    else this.list.append(row);
    return row;
  }

  input(name, index, value) {
    if (index === 0 && this.choices.length) return this.choice(name, value);
    const field = document.createElement(this.columns > 1 && index === 0 ? "input" : "textarea");
    field.className = "form-control";
    field.value = value;
    field.placeholder = name;
    field.setAttribute("aria-label", name);
    if (field.tagName === "TEXTAREA") field.rows = 1;
    if (index === 0 && this.words.list) field.setAttribute("list", this.words.list);
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      this.make([], field.closest("li")).querySelector("textarea, input, select").focus();
    });
    return field;
  }

  choice(name, value) {
    const field = document.createElement("select");
    field.className = "form-select";
    field.setAttribute("aria-label", name);
    for (const word of this.choices) field.append(new Option(word, word, false, word === value));
    return field;
  }

  move(row, act, button) {
    const beside = act === "up" ? row.previousElementSibling : row.nextElementSibling;
    if (act === "remove") {
      const next = row.nextElementSibling || row.previousElementSibling;
      row.remove();
      if (!this.list.children.length) this.make([], null);
      (next || this.list.firstElementChild).querySelector("textarea, input, select").focus();
    } else if (beside) {
      if (act === "up") beside.before(row);
      else beside.after(row);
      button.focus();
    }
    this.write();
    this.area.form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  write() {
    this.area.value = [...this.list.children]
      .map((row) => [...row.querySelectorAll("textarea, input, select")].map((field, index) => this.clean(field.value, index)))
      .filter((parts) => (this.choices.length ? parts.slice(1) : parts).some((part) => part))
      .map((parts) => parts.join(BAR).replace(/[\s|]+$/, ""))
      .join("\n");
  }

  clean(value, index) {
    const line = value.replace(/\s+/g, " ").trim();
    return index < this.columns - 1 ? line.replaceAll("|", "/") : line;
  }
}

// What was typed and not saved ----------------------------------------------------------------------------------------

class Kept {
  constructor(form) {
    this.form = form;
    this.key = `cg-soan:${form.dataset.keep}`;
    this.bar = document.querySelector("[data-kept]");
    const code = form.dataset.keep.replace(/-\d+$/, "");
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(`cg-soan:${code}-`) && key !== this.key) localStorage.removeItem(key);
    }
    this.start = this.text();
    const held = localStorage.getItem(this.key);
    if (held && held !== this.start && !form.querySelector(".cg-error")) this.offer(held);
    form.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.hold(), 500);
    });
    addEventListener("pagehide", () => this.timer && this.hold()); // typed just before the page was left
  }

  text() {
    const fields = [...new FormData(this.form)].filter(([name]) => !["csrfmiddlewaretoken", "version", "act"].includes(name));
    return JSON.stringify(fields);
  }

  hold() {
    clearTimeout(this.timer);
    this.timer = 0;
    const now = this.text();
    if (now === this.start) localStorage.removeItem(this.key);
    else localStorage.setItem(this.key, now);
  }

  offer(held) {
    this.bar.hidden = false;
    this.bar.querySelector("[data-kept-take]").addEventListener("click", () => {
      this.take(JSON.parse(held));
      this.bar.hidden = true;
    });
    this.bar.querySelector("[data-kept-drop]").addEventListener("click", () => {
      localStorage.removeItem(this.key);
      this.bar.hidden = true;
    });
  }

  take(fields) {
    for (const field of this.form.elements) {
      if (!field.name || ["csrfmiddlewaretoken", "version", "act"].includes(field.name)) continue;
      const values = fields.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === "checkbox") field.checked = values.includes(field.value);
      else field.value = values[0] ?? "";
      if (field.matches("textarea[data-rows]")) field.dispatchEvent(new Event("cg:fill"));
    }
    this.form.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

const editor = document.querySelector("[data-editor]");
if (editor) {
  for (const box of editor.querySelectorAll("[data-rows-of]")) new Rows(box);
  try {
    new Kept(editor);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error; // a browser that keeps nothing: the editor works all the same
  }
}
