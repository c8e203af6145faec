// Draws the charts of a page from their tables. The table stays: it is what a screen reader, a printer and a browser
// without us read. ECharts, a megabyte, is fetched when the first chart comes near the window.
const root = document.documentElement;
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const drawn = new Map(); // figure → what draws it
let engine;

/** Fetches the drawing library once. */
function fetchEngine(address) {
  engine ??= new Promise((resolve, reject) => {
    allowStyles();
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(window.echarts);
    script.onerror = () => reject(new Error(address));
    document.head.append(script);
  });
  return engine;
}

/** The library gives letters their font by a style attribute, which our content policy refuses; as a property it may. */
function allowStyles() {
  const set = Element.prototype.setAttribute;
  SVGElement.prototype.setAttribute = function (name, value) {
    if (name === "style") this.style.cssText = value;
    else set.call(this, name, value);
  };
}

/** The table of a figure as numbers. */
function read(figure) {
  const table = figure.querySelector("table");
  const heads = [...table.tHead.rows[0].cells].slice(1);
  const rows = [...table.tBodies[0].rows];
  return {
    kind: figure.dataset.plot,
    unit: figure.dataset.unit,
    unknown: figure.dataset.unknown,
    percent: "percent" in figure.dataset,
    labels: rows.map((row) => row.cells[0].textContent.trim()),
    links: rows.map((row) => row.cells[0].querySelector("a")?.href),
    series: heads.map((head, column) => ({
      name: head.textContent.trim(),
      style: head.dataset.s,
      values: rows.map((row) => {
        const raw = row.cells[column + 1].dataset.v;
        return raw === "" ? null : Number(raw);
      }),
      words: rows.map((row) => row.cells[column + 1].textContent.trim()),
    })),
  };
}

/** The colours of the theme now; a printed page is light. */
function palette(figure, light) {
  const probe = figure.querySelector(".cg-plot-area");
  if (light) probe.dataset.bsTheme = "light";
  const style = getComputedStyle(probe);
  const colour = (name) => style.getPropertyValue(`--cg-${name}`).trim();
  const names = ["ink", "ink-2", "ink-3", "line", "line-2", "surface", "sunken", "brand", "brand-tint", "danger-solid"];
  const found = Object.fromEntries([...names, "seq-2", "seq-3", "seq-4"].map((name) => [name, colour(name)]));
  delete probe.dataset.bsTheme;
  return { ...found, font: style.fontFamily };
}

const whole = new Intl.NumberFormat(root.lang || "vi", { maximumFractionDigits: 1 });
const share = new Intl.NumberFormat(root.lang || "vi", { style: "percent", maximumFractionDigits: 0 });

/** What stands at one place of the chart, as nodes: no markup in text, no style attribute. */
function tip(data, place) {
  const box = document.createElement("div");
  box.className = "cg-plot-tip";
  box.append(Object.assign(document.createElement("strong"), { textContent: data.labels[place] }));
  for (const one of data.series) {
    const line = document.createElement("div");
    const key = document.createElement("i");
    key.dataset.s = one.style;
    const words = one.values[place] === null ? data.unknown : one.words[place];
    line.append(key, document.createTextNode(`${one.name} `));
    line.append(Object.assign(document.createElement("b"), { textContent: words }));
    if (one.values[place] !== null || one.style === "main") box.append(line);
  }
  return box;
}

function said(data, place) {
  const parts = data.series
    .filter((one) => one.values[place] !== null)
    .map((one) => `${one.name} ${one.words[place]}`);
  return `${data.labels[place]}: ${parts.join(", ") || data.unknown}`;
}

function hatch(colours) {
  return {
    color: colours.sunken,
    decal: { symbol: "rect", color: colours["ink-3"], dashArrayX: [1, 0], dashArrayY: [1.2, 4.8], rotation: Math.PI / 4 },
  };
}

function fill(style, colours) {
  const plain = {
    main: "seq-4", before: "seq-2", late: "danger-solid", done: "seq-4", empty: "seq-2", rest: "sunken", forecast: "seq-3",
  };
  return style === "unknown" ? hatch(colours) : { color: colours[plain[style] ?? "seq-4"] };
}

/** A line; the goal and the forecast are dashed, the main one stands on its shade and names its highest point. */
function lineSeries(one, data, colours) {
  const dashed = one.style === "goal" || one.style === "forecast";
  const colour = { goal: colours.ink, forecast: colours.brand, before: colours["ink-3"] }[one.style] ?? colours.brand;
  const top = one.values.reduce((best, value, place) => (value !== null && value > (one.values[best] ?? -1) ? place : best), 0);
  const series = {
    type: "line",
    name: one.name,
    data: one.values,
    symbol: "circle",
    symbolSize: 6,
    showSymbol: one.values.filter((value) => value !== null).length === 1,
    lineStyle: { color: colour, width: one.style === "goal" ? 1.5 : 2, type: dashed ? [4, 4] : "solid" },
    itemStyle: { color: colour },
    emphasis: { disabled: true },
  };
  if (one.style === "main" && one.values[top] !== null) {
    series.areaStyle = { color: colours["brand-tint"], opacity: 1 };
    const edge = top < 2 ? "left" : top > data.labels.length - 3 ? "right" : "center";
    series.markPoint = {
      symbol: "circle",
      symbolSize: 7,
      silent: true,
      itemStyle: { color: colours.ink },
      data: [{ coord: [top, one.values[top]] }],
      label: {
        show: true, position: "top", distance: 6, align: edge, fontWeight: 600, color: colours.ink, fontSize: 12,
        textBorderColor: colours.surface, textBorderWidth: 3,
        formatter: `${one.words[top]} (${data.labels[top]})`,
      },
    };
  }
  if (one.style === "goal") {
    // Named in words on the line itself, not by colour alone.
    series.markPoint = {
      symbol: "circle",
      symbolSize: 1,
      silent: true,
      itemStyle: { color: "transparent" },
      data: [{ coord: [0, one.values[0]] }],
      label: { show: true, position: [4, -14], align: "left", color: colours["ink-2"], fontSize: 12, formatter: `${one.name} ${one.words[0]}` },
    };
  }
  return series;
}

function goalTicks(one, colours) {
  return {
    type: "scatter",
    name: one.name,
    symbol: "rect",
    symbolSize: [2.5, 18],
    silent: true,
    itemStyle: { color: colours.ink },
    data: one.values.map((value, place) => [value, place]).filter(([value]) => value !== null),
    z: 5,
  };
}

function barSeries(one, data, colours) {
  const across = data.kind !== "bars";
  if (one.style === "goal") return across ? goalTicks(one, colours) : lineSeries(one, data, colours);
  const stacked = data.kind === "shares";
  const totals = data.labels.map((_, place) => data.series.reduce((sum, each) => sum + (each.style === "goal" ? 0 : each.values[place] ?? 0), 0));
  return {
    type: "bar",
    name: one.name,
    stack: stacked ? "whole" : undefined,
    data: one.values.map((value, place) => {
      if (stacked) return totals[place] ? (value ?? 0) / totals[place] : null;
      if (value !== null || !across) return value;
      return { value: 0, label: { show: true, position: "right", formatter: data.unknown, color: colours["ink-2"], fontSize: 12 } };
    }),
    itemStyle: { ...fill(one.style, colours), borderRadius: stacked ? 0 : across ? [0, 3, 3, 0] : [3, 3, 0, 0] },
    barMaxWidth: across ? 16 : 34,
    barGap: "12%",
    emphasis: { disabled: true },
  };
}

function options(data, colours, width) {
  const across = data.kind === "rows" || data.kind === "shares";
  const text = { color: colours["ink-2"], fontFamily: colours.font, fontSize: 12 };
  const share_ = data.kind === "shares" || data.percent;
  const values = {
    type: "value",
    max: data.kind === "shares" || (data.percent && across) ? 1 : undefined,
    splitNumber: 3,
    interval: data.kind === "shares" || (data.percent && across) ? 0.25 : undefined,
    minInterval: share_ ? undefined : 1,
    axisLabel: { ...text, hideOverlap: true, formatter: (value) => (share_ ? share : whole).format(value) },
    splitLine: { lineStyle: { color: colours.line } },
  };
  const names = {
    type: "category",
    data: data.labels.map((_, place) => String(place)), // by number: two lines may have one name
    inverse: across,
    boundaryGap: data.kind !== "line",
    axisTick: { show: false },
    axisLine: { lineStyle: { color: colours["line-2"] } },
    axisLabel: { ...text, hideOverlap: true, formatter: (place) => data.labels[place], ...(across ? { width: Math.min(170, width * 0.38), overflow: "break" } : {}) },
  };
  return {
    animation: !calm.matches,
    animationDuration: 300,
    textStyle: { fontFamily: colours.font },
    grid: { left: 4, right: across ? 24 : 14, top: data.kind === "line" ? 26 : 12, bottom: 4, containLabel: true },
    xAxis: across ? values : names,
    yAxis: across ? names : values,
    series: data.series.map((one) => (data.kind === "line" ? lineSeries(one, data, colours) : barSeries(one, data, colours))),
    tooltip: {
      trigger: "axis",
      axisPointer: { type: data.kind === "line" ? "line" : "shadow", lineStyle: { color: colours["ink-3"] }, shadowStyle: { color: colours.line, opacity: 0.35 } },
      confine: true,
      transitionDuration: 0,
      backgroundColor: colours.surface,
      borderColor: colours["line-2"],
      padding: [6, 10],
      textStyle: { color: colours.ink, fontFamily: colours.font, fontSize: 13 },
      formatter: ([first]) => tip(data, Number(first.axisValue)),
    },
  };
}

/** Shows the chart or the table; the other one hides. */
function show(figure, chart) {
  const button = figure.querySelector("[data-plot-switch]");
  figure.querySelector(".cg-plot-area").hidden = !chart;
  figure.classList.toggle("cg-plot-drawn", chart);
  figure.toggleAttribute("data-shown", true);
  button.hidden = false;
  button.querySelector("[data-plot-word]").textContent = chart ? button.dataset.tableWord : button.dataset.chartWord;
  if (chart) drawn.get(figure)?.resize();
}

function draw(figure, echarts) {
  const area = figure.querySelector(".cg-plot-area");
  const data = read(figure);
  const across = data.kind === "rows" || data.kind === "shares";
  if (across) area.style.height = `${data.labels.length * 34 + 44}px`;
  figure.classList.add("cg-plot-drawn");
  area.hidden = false;
  const chart = echarts.init(area, null, { renderer: "svg" });
  const paint = (light = false) => chart.setOption(options(data, palette(figure, light), area.clientWidth), true);
  paint();
  new ResizeObserver(() => !area.hidden && (chart.resize(), paint())).observe(area);
  let place = -1;
  const step = (to) => {
    place = Math.max(0, Math.min(data.labels.length - 1, to));
    const [x, y] = chart.convertToPixel("grid", across ? [0, place] : [place, 0]);
    chart.dispatchAction({ type: "showTip", x: x + (across ? 1 : 0), y: y - (across ? 0 : 1) });
    figure.querySelector("[data-plot-says]").textContent = said(data, place);
  };
  area.addEventListener("keydown", (event) => {
    const moves = { ArrowRight: place + 1, ArrowDown: place + 1, ArrowLeft: place - 1, ArrowUp: place - 1, Home: 0, End: data.labels.length - 1 };
    if (event.key in moves) step(moves[event.key]), event.preventDefault();
    else if (event.key === "Escape") chart.dispatchAction({ type: "hideTip" });
    else if (event.key === "Enter" && data.links[place]) location.href = data.links[place];
  });
  area.addEventListener("blur", () => chart.dispatchAction({ type: "hideTip" }));
  chart.on("click", (event) => data.links[event.dataIndex] && (location.href = data.links[event.dataIndex]));
  figure.querySelector("[data-plot-switch]").addEventListener("click", () => show(figure, area.hidden));
  drawn.set(figure, { paint, resize: () => chart.resize(), dispose: () => chart.dispose() });
  show(figure, true);
}

const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    // Should the library not come, the table is there already.
    fetchEngine(target.dataset.engine).then((echarts) => target.isConnected && draw(target, echarts), () => target.classList.add("cg-plot-plain"));
  }
}, { rootMargin: "300px" });

/** Takes up the charts of a part of the page, once each. */
function take(part) {
  for (const figure of part.querySelectorAll("[data-plot]")) {
    if (figure.dataset.taken || !figure.querySelector("table")) continue;
    figure.dataset.taken = "yes";
    near.observe(figure);
  }
  for (const [figure, chart] of drawn) {
    if (figure.isConnected) continue;
    chart.dispose();
    drawn.delete(figure);
  }
}

const repaint = (light) => drawn.forEach((chart) => chart.paint(light));
take(document);
document.addEventListener("htmx:load", (event) => take(event.target));
new MutationObserver(() => repaint(false)).observe(root, { attributeFilter: ["data-bs-theme"] });
addEventListener("beforeprint", () => repaint(true));
addEventListener("afterprint", () => repaint(false));
