/* Draws one question of any kind and tells what was given. Everything is text; nothing of a question becomes markup. */
(function () {
  "use strict";
  const LOOKS = {
    sms: "Tin nhắn SMS", zalo: "Tin nhắn Zalo", messenger: "Tin nhắn Messenger", email: "Thư điện tử",
    call: "Cuộc gọi", web: "Trang web", paper: "Giấy tờ",
  };
  const FIXED = {
    true_false: [{ key: "true", text: "Đúng" }, { key: "false", text: "Sai" }],
    verdict: [{ key: "scam", text: "Lừa đảo" }, { key: "genuine", text: "Tin thật" }],
  };
  let named = 0;

  function make(tag, told = {}, ...inside) {
    const made = document.createElement(tag);
    Object.entries(told).forEach(([name, value]) => {
      if (value === false || value === null || value === undefined) return;
      if (name in made && typeof value !== "string") made[name] = value;
      else made.setAttribute(name, value);
    });
    made.append(...inside);
    return made;
  }

  function shuffled(list) {
    const out = [...list];
    for (let at = out.length - 1; at > 0; at -= 1) {
      const other = Math.floor(Math.random() * (at + 1));
      [out[at], out[other]] = [out[other], out[at]];
    }
    return out;
  }

  function lines(text, tag) {
    return text.split(/\n+/).filter(Boolean).map((line) => make(tag, {}, line));
  }

  function choices(item, type) {
    named += 1;
    const list = FIXED[item.kind] || shuffled(item.options || item.spots);
    const box = make("div", { class: "choices" });
    list.forEach((one) => {
      const input = make("input", { type, name: `q${named}`, value: one.key });
      box.append(make("label", {}, input, make("span", {}, one.text || one.label)));
    });
    const checked = () => [...box.querySelectorAll("input:checked")].map((input) => input.value);
    return { box, given: () => (type === "radio" ? checked()[0] || "" : checked()) };
  }

  function order(item) {
    const box = make("ol", { class: "order" });
    const told = make("p", { class: "hidden", role: "status" });
    let list = shuffled(item.options);
    if (list.every((one, at) => one === item.options[at])) list = [...list.slice(1), list[0]];
    function move(row, by) {
      const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
      if (!other) return;
      if (by < 0) box.insertBefore(row, other);
      else box.insertBefore(other, row);
      const at = [...box.children].indexOf(row) + 1;
      told.textContent = `${row.dataset.text}: vị trí ${at} trên ${box.children.length}`;
    }
    list.forEach((one) => {
      const up = make("button", { type: "button", "aria-label": `Đưa lên: ${one.text}` }, "↑");
      const down = make("button", { type: "button", "aria-label": `Đưa xuống: ${one.text}` }, "↓");
      const row = make("li", { "data-key": one.key, "data-text": one.text }, make("span", {}, one.text), up, down);
      up.addEventListener("click", () => { move(row, -1); up.focus(); });
      down.addEventListener("click", () => { move(row, 1); down.focus(); });
      box.append(row);
    });
    return { box: make("div", {}, box, told), given: () => [...box.children].map((row) => row.dataset.key) };
  }

  function match(item) {
    const box = make("div", { class: "match" });
    const rights = shuffled([...new Set([...item.options.map((one) => one.partner), ...(item.extra || [])])]);
    item.options.forEach((one) => {
      const select = make("select", { "data-key": one.key }, make("option", { value: "" }, "Chọn …"));
      rights.forEach((text, at) => select.append(make("option", { value: String(at + 1) }, text)));
      box.append(make("label", {}, make("span", {}, one.text), select));
    });
    function given() {
      const told = {};
      box.querySelectorAll("select").forEach((select) => {
        if (select.value) told[select.dataset.key] = rights[Number(select.value) - 1];
      });
      return told;
    }
    return { box, given };
  }

  function hotspot(item) {
    const { box, given } = choices(item, "checkbox");
    if (!item.picture) return { box, given };
    const told = make("p", { class: "hidden", role: "status" });
    const image = make("img", { src: item.picture, alt: "Hình của câu hỏi; các vùng được nêu tên bên dưới" });
    image.addEventListener("click", (event) => {
      const scale = image.naturalWidth / image.clientWidth;
      const [x, y] = [event.offsetX * scale, event.offsetY * scale];
      const hit = item.spots.find((s) => s.x <= x && x < s.x + s.width && s.y <= y && y < s.y + s.height);
      const input = hit && [...box.querySelectorAll("input")].find((one) => one.value === hit.key);
      if (input && !input.disabled) input.checked = !input.checked;
      told.textContent = hit ? `${hit.label}: ${input.checked ? "đã chọn" : "đã bỏ chọn"}` : "Chỗ này không có vùng nào.";
    });
    const frame = make("p", { class: "picture" }, image);
    function reveal() {
      item.spots.filter((s) => item.right.includes(s.key)).forEach((s) => {
        const area = frame.appendChild(make("i", { "aria-hidden": "true" }));
        const [width, height] = [image.naturalWidth || 1, image.naturalHeight || 1];
        area.style.left = `${(100 * s.x) / width}%`;
        area.style.top = `${(100 * s.y) / height}%`;
        area.style.width = `${(100 * s.width) / width}%`;
        area.style.height = `${(100 * s.height) / height}%`;
      });
    }
    const shown = () => (image.complete ? reveal() : image.addEventListener("load", reveal, { once: true }));
    return { box: make("div", {}, frame, told, box), given, shown };
  }

  function short(item) {
    const input = make("input", {
      type: "text", autocomplete: "off", maxlength: "200", inputmode: item.number === undefined ? "text" : "decimal",
    });
    return { box: make("label", { class: "short" }, make("span", {}, "Câu trả lời"), input), given: () => input.value.trim() };
  }

  const KINDS = {
    single: (item) => choices(item, "radio"),
    true_false: (item) => choices(item, "radio"),
    verdict: (item) => choices(item, "radio"),
    multiple: (item) => choices(item, "checkbox"),
    order,
    match,
    hotspot,
    short,
  };

  function message(shown) {
    const head = make("p", { class: "sender" }, [LOOKS[shown.look], shown.sender].filter(Boolean).join(" · "));
    const box = make("div", { class: "message" }, head);
    if (shown.subject) box.append(make("p", { class: "subject" }, shown.subject));
    shown.lines.forEach((line) => {
      const who = line.who === "me" ? "Bạn: " : "";
      box.append(make("p", { class: `line ${line.who}` }, make("span", { class: "hidden" }, who), line.text));
    });
    return box;
  }

  /* The words that tell, marked in the message once it is answered. */
  function marked(box, marks) {
    box.querySelectorAll(".line").forEach((line) => {
      const text = line.lastChild;
      const found = marks.map((mark) => [mark, text.data.indexOf(mark)]).filter(([mark, at]) => mark && at >= 0);
      found.sort((one, other) => other[1] - one[1]).forEach(([mark, at]) => {
        if (at + mark.length > text.data.length) return;
        const rest = text.splitText(at);
        rest.splitText(mark.length);
        rest.replaceWith(make("mark", {}, rest.data));
      });
    });
  }

  function answer(item) {
    const list = FIXED[item.kind] || item.options || item.spots || [];
    const names = Object.fromEntries(list.map((one) => [one.key, one.text || one.label]));
    if (item.kind === "order") return item.options.map((one) => one.text).join(" → ");
    if (item.kind === "match") return item.options.map((one) => `${one.text}: ${one.partner}`).join("; ");
    if (item.kind !== "short") return item.right.map((key) => names[key]).join("; ");
    if (item.number === undefined) return item.accepted[0];
    return String(item.number).replace(".", ",");
  }

  /* share null: not answered yet. answered(share) is called once. */
  globalThis.CanhGiacQuestion = (item, number, share, answered) => {
    const drawn = KINDS[item.kind](item);
    const told = make("div", { class: "told", role: "status" });
    const send = make("button", { type: "submit", class: "main" }, "Trả lời");
    const shown = item.shown ? message(item.shown) : "";
    const asked = make("legend", {}, make("span", { class: "number" }, `Câu ${number}`), ...lines(item.prompt, "span"));
    const set = make("fieldset", {}, asked, shown, drawn.box, make("p", { class: "send" }, send));
    const form = make("form", { class: "question", novalidate: "" }, set, told);

    function judge(part, given) {
      const word = part >= 1 ? "Đúng." : part > 0 ? `Đúng một phần: ${Math.round(part * 100)} %.` : "Chưa đúng.";
      const kind = part >= 1 ? "right" : part > 0 ? "part" : "wrong";
      const remarks = (item.options || []).filter((one) => one.feedback && [given].flat().includes(one.key));
      told.replaceChildren(
        make("p", { class: `judged ${kind}` }, word),
        ...remarks.map((one) => make("p", {}, one.feedback)),
        ...(part >= 1 ? [] : [make("p", {}, `Đáp án: ${answer(item)}`)]),
        ...lines(item.explanation || "", "p"),
      );
      set.querySelectorAll("input, select, button").forEach((one) => { one.disabled = true; });
      send.parentElement.hidden = true;
      if (item.shown) marked(shown, item.marks || []);
      if (drawn.shown) drawn.shown();
    }

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const given = drawn.given();
      if (given === "" || (typeof given === "object" && Object.keys(given).length === 0)) {
        told.replaceChildren(make("p", {}, "Bạn chưa trả lời câu này."));
        return;
      }
      const part = globalThis.CanhGiacMark(item, given);
      judge(part, given);
      answered(part);
    });
    if (share !== null) judge(share, null);
    return form;
  };
})();
