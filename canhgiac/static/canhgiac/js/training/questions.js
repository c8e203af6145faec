// The editor of a question: a picture goes up as soon as it is chosen; areas are drawn on it with a mouse or a finger.
const SVG = "http://www.w3.org/2000/svg";
const NUMBERS = ["x", "y", "width", "height"];

function rows() {
  return [...document.querySelectorAll("[data-list=spots] li")];
}

function input(row, name) {
  return row.querySelector(`[name="spots.${name}"]`);
}

function draw(svg) {
  svg.querySelectorAll("rect").forEach((one) => one.remove());
  for (const row of rows()) {
    const values = NUMBERS.map((name) => Number(input(row, name).value));
    if (!values.every(Number.isInteger) || values[2] < 1 || values[3] < 1) continue;
    const rect = document.createElementNS(SVG, "rect");
    NUMBERS.forEach((name, at) => rect.setAttribute(name, values[at]));
    if (input(row, "right").value) rect.classList.add("right");
    svg.append(rect);
  }
}

function at(svg, event) {
  const box = svg.viewBox.baseVal;
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return [Math.min(Math.max(Math.round(point.x), 0), box.width), Math.min(Math.max(Math.round(point.y), 0), box.height)];
}

function area(from, to) {
  return [Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.abs(from[0] - to[0]), Math.abs(from[1] - to[1])];
}

function put(values) {
  const free = rows().find((row) => NUMBERS.every((name) => !input(row, name).value));
  if (!free) return null;
  NUMBERS.forEach((name, place) => {
    input(free, name).value = values[place];
  });
  return free;
}

// A drawn area fills the first row without numbers; without such a row one more is asked of the server first.
let waiting = null;

function keep(values) {
  const row = put(values);
  if (row) {
    waiting = null;
    input(row, "label").focus();
    input(row, "x").dispatchEvent(new Event("input", { bubbles: true }));
  } else if (!waiting) {
    waiting = values;
    document.querySelector('[data-list=spots] > button[value="spots:add"]').click();
  }
}

function ready() {
  const svg = document.querySelector("[data-draw]");
  if (!svg || svg.dataset.ready) return;
  svg.dataset.ready = "1";
  let from = null;
  let band = null;
  svg.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    svg.setPointerCapture(event.pointerId);
    from = at(svg, event);
    band = document.createElementNS(SVG, "rect");
    svg.append(band);
  });
  svg.addEventListener("pointermove", (event) => {
    if (from) area(from, at(svg, event)).forEach((value, place) => band.setAttribute(NUMBERS[place], value));
  });
  svg.addEventListener("pointercancel", () => {
    from = null;
    draw(svg);
  });
  svg.addEventListener("pointerup", (event) => {
    if (!from) return;
    const values = area(from, at(svg, event));
    from = null;
    draw(svg);
    if (values[2] > 3 && values[3] > 3) keep(values);
  });
  draw(svg);
}

document.addEventListener("input", () => {
  const svg = document.querySelector("[data-draw]");
  if (svg) draw(svg);
});
document.addEventListener("change", (event) => {
  if (event.target.name === "picture_file" && event.target.files.length) document.querySelector("[data-picture-take]").click();
});
document.body.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target.id !== "fields") return; // the preview came
  ready();
  if (waiting) keep(waiting);
  target.dispatchEvent(new Event("input", { bubbles: true })); // the preview follows a line added or moved
});
ready();
