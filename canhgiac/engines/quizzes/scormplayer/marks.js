/* How much of a question an answer got right, 0 to 1: the same rules as engines/quizzes/marking.py, which a test
   compares answer by answer. */
(function () {
  "use strict";
  const COMMA_GROUPS = /^[-−]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/;
  const NUMBER = /^([-−]?)(\d+|\d{1,3}(?:\.\d{3})+)(?:,(\d+))?$/;
  const FRACTION = /^-?\d{1,16}(?:[.,]\d{1,9})?$/;
  const LONGEST = 1000;

  function fold(text) {
    const bare = text.toLowerCase().replace(/đ/g, "d").normalize("NFD").replace(/\p{Mn}/gu, "");
    return bare.replace(/\s+/g, " ").trim();
  }

  function plain(text) {
    return fold(text).replace(/^[ .,;:!?"']+|[ .,;:!?"']+$/g, "");
  }

  /* As kit.numbers.number_read: a dot parts thousands, a comma the fraction of at most two digits. */
  function vietnamese(text) {
    const bare = text.replace(/\s+/g, "");
    const found = COMMA_GROUPS.test(bare) ? null : NUMBER.exec(bare);
    if (!found) return null;
    const whole = found[2].replace(/\./g, "");
    const part = (found[3] || "").replace(/0+$/, "");
    if (whole.replace(/^0+/, "").length > 16 || part.length > 2) return null;
    return (found[1] ? -1 : 1) * Number(whole + "." + (part || "0"));
  }

  function numbers(text) {
    const bare = text.replace(/\s+/g, "").replace(/−/g, "-");
    const found = [vietnamese(text), FRACTION.test(bare) ? Number(bare.replace(",", ".")) : null];
    return found.filter((one) => one !== null && Number.isFinite(one));
  }

  function share(chosen, right) {
    const hits = right.filter((key) => chosen.has(key)).length;
    return Math.max(hits - (chosen.size - hits), 0) / right.length;
  }

  function ordered(item, given) {
    const keys = item.options.map((one) => one.key);
    let follows = 0;
    for (let at = 1; at < keys.length; at += 1) {
      if (given.indexOf(keys[at]) === given.indexOf(keys[at - 1]) + 1) follows += 1;
    }
    return follows / (keys.length - 1);
  }

  function spotted(item, given) {
    const chosen = new Set();
    given.forEach((one, at) => {
      if (typeof one === "string") {
        chosen.add(one);
        return;
      }
      const hit = item.spots.filter(
        (s) => s.x <= one[0] && one[0] < s.x + s.width && s.y <= one[1] && one[1] < s.y + s.height,
      );
      if (hit.length) hit.forEach((s) => chosen.add(s.key));
      else chosen.add("outside " + at);
    });
    return share(chosen, item.right);
  }

  function short(item, given) {
    const text = String(given).slice(0, LONGEST);
    if (item.number !== undefined) {
      const slack = item.tolerance + 1e-9 * Math.max(1, Math.abs(item.number));
      return numbers(text).some((one) => Math.abs(one - item.number) <= slack) ? 1 : 0;
    }
    const told = plain(text);
    return item.accepted.some((one) => plain(one) === told) ? 1 : 0;
  }

  const MARKS = {
    single: (item, given) => (item.right.includes(given) ? 1 : 0),
    true_false: (item, given) => (item.right.includes(given) ? 1 : 0),
    verdict: (item, given) => (item.right.includes(given) ? 1 : 0),
    multiple: (item, given) => share(new Set(given), item.right),
    order: ordered,
    match: (item, given) => item.options.filter((one) => given[one.key] === one.partner).length / item.options.length,
    hotspot: spotted,
    short,
  };

  function isEmpty(given) {
    if (given === null || given === undefined || given === "") return true;
    return typeof given === "object" && Object.keys(given).length === 0;
  }

  globalThis.CanhGiacMark = (item, given) => (isEmpty(given) ? 0 : MARKS[item.kind](item, given));
})();
