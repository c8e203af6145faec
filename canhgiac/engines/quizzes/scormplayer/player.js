/* Plays the course: one lesson at a time, its questions, what is done so far, the end. State is one short text:
   "1|<lessons read as bits>|<points of each question in per cent, empty where not answered>". */
(function () {
  "use strict";
  const course = globalThis.CANHGIAC_COURSE;
  const lms = globalThis.CanhGiacLms(course.version);
  const began = Date.now();
  const sections = [...document.querySelectorAll("section.lesson")];
  const end = document.getElementById("ket-qua");
  const firsts = [];
  const questions = [];
  course.lessons.forEach((lesson) => {
    firsts.push(questions.length);
    questions.push(...lesson.items);
  });
  const state = { read: course.lessons.map(() => false), points: questions.map(() => null), place: 0 };
  let isOver = false;

  function packed() {
    const points = state.points.map((one) => (one === null ? "" : Math.round(one * 100)));
    return `1|${state.read.map(Number).join("")}|${points.join(",")}`;
  }

  function unpack(text) {
    const [version, read, points] = String(text || "").split("|");
    if (version !== "1" || read.length !== state.read.length) return;
    const parts = points.split(",");
    if (questions.length && parts.length !== questions.length) return;
    state.read = [...read].map((bit) => bit === "1");
    state.points = questions.map((_, at) => (/^\d{1,3}$/.test(parts[at]) ? Math.min(Number(parts[at]) / 100, 1) : null));
  }

  function left() {
    return state.points.filter((one) => one === null).length;
  }

  function summary() {
    const isDone = state.read.every(Boolean) && left() === 0;
    const sum = state.points.reduce((all, one) => all + (one || 0), 0);
    const score = questions.length ? Math.round((10000 * sum) / questions.length) / 100 : null;
    const steps = state.read.length + questions.length;
    const done = state.read.filter(Boolean).length + questions.length - left();
    return {
      isDone,
      score,
      hasPassed: score === null ? null : score >= course.pass,
      progress: Math.round((100 * done) / steps) / 100,
      place: String(state.place),
      state: packed(),
    };
  }

  function report() {
    const told = summary();
    const parts = [`Đã đọc ${state.read.filter(Boolean).length} trên ${state.read.length} bài`];
    if (questions.length) parts.push(`đã trả lời ${questions.length - left()} trên ${questions.length} câu`);
    document.getElementById("tien-do").textContent = `${parts.join(", ")}.`;
    document.querySelectorAll("#cac-bai button").forEach((button, at) => {
      button.setAttribute("aria-current", !end.hidden || at !== state.place ? "false" : "step");
      button.querySelector(".done").textContent = state.read[at] ? " (đã đọc)" : "";
    });
    lms.report(told);
  }

  function show(place, isFocused) {
    state.place = place;
    sections.forEach((section, at) => { section.hidden = at !== place; });
    end.hidden = true;
    report();
    if (isFocused) sections[place].querySelector("h2").focus();
    if (isFocused) window.scrollTo(0, 0);
  }

  function conclude() {
    const told = summary();
    const words = document.getElementById("loi-ket");
    const again = document.getElementById("lam-lai");
    if (!told.isDone) {
      const unread = state.read.filter((one) => !one).length;
      const parts = [];
      if (unread) parts.push(`còn ${unread} bài chưa đọc`);
      if (left()) parts.push(`còn ${left()} câu chưa trả lời`);
      words.textContent = `Bạn chưa xong: ${parts.join(", ")}.`;
    } else if (told.score === null) {
      words.textContent = "Bạn đã học xong khóa này.";
    } else {
      const shown = String(told.score).replace(".", ",");
      words.textContent = told.hasPassed
        ? `Bạn đạt ${shown} % số điểm. Cần ${course.pass} %: đạt.`
        : `Bạn được ${shown} % số điểm. Cần ${course.pass} %: chưa đạt. Xem lại bài rồi làm lại.`;
    }
    again.hidden = !(told.isDone && told.hasPassed === false);
    sections.forEach((section) => { section.hidden = true; });
    end.hidden = false;
    end.querySelector("h2").focus();
    report();
  }

  function draw(place) {
    const box = sections[place].querySelector(".questions");
    box.replaceChildren(
      ...course.lessons[place].items.map((item, at) => {
        const index = firsts[place] + at;
        return globalThis.CanhGiacQuestion(item, at + 1, state.points[index], (part) => {
          state.points[index] = part;
          report();
        });
      }),
    );
  }

  function next(place) {
    state.read[place] = true;
    if (place + 1 < sections.length) show(place + 1, true);
    else conclude();
  }

  function leave() {
    if (isOver) return;
    isOver = true;
    const told = summary();
    lms.end(Date.now() - began, told.isDone && told.hasPassed !== false);
  }

  lms.begin();
  const before = lms.resume();
  unpack(before.state);
  sections.forEach((section, place) => {
    draw(place);
    section.querySelector(".next").addEventListener("click", () => next(place));
  });
  document.querySelectorAll("#cac-bai button").forEach((button, place) => {
    button.addEventListener("click", () => show(place, true));
  });
  document.getElementById("lam-lai").addEventListener("click", () => {
    state.points = questions.map(() => null);
    sections.forEach((_, place) => draw(place));
    show(0, true);
  });
  window.addEventListener("pagehide", leave);
  window.addEventListener("beforeunload", leave);
  const place = /^\d{1,3}$/.test(before.place) ? Number(before.place) : 0;
  show(Math.min(place, sections.length - 1), false);
  document.documentElement.classList.add("ready");
})();
