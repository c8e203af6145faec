// Private look-up: what is typed is brought into its one spelling and hashed here; only the number of a bucket leaves
// the page, and the bucket, always of one size for its kind, is searched here. Layout: engines/lookup/buckets.py.
const HEAD = 24;
const ENTRY = 15;
const WEEK = 7 * 86_400_000;

// SHA-256 (FIPS 180-4) ------------------------------------------------------------------------------------------------

function constants() {
  const roots = [];
  const cubes = [];
  for (let n = 2; cubes.length < 64; n += 1) {
    let prime = true;
    for (let d = 2; d * d <= n; d += 1) if (n % d === 0) prime = false;
    if (!prime) continue;
    if (roots.length < 8) roots.push(((n ** 0.5) % 1) * 2 ** 32 | 0);
    cubes.push((Math.cbrt(n) % 1) * 2 ** 32 | 0);
  }
  return [roots, cubes];
}

/** For pages without a secure context (http in an office's own network), where browsers keep crypto.subtle away. */
export function ownSha256(bytes) {
  const [state, k] = constants();
  const blocks = new Uint8Array((((bytes.length + 8) >> 6) + 1) << 6);
  blocks.set(bytes);
  blocks[bytes.length] = 0x80;
  new DataView(blocks.buffer).setUint32(blocks.length - 4, bytes.length * 8);
  const view = new DataView(blocks.buffer);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  const w = new Int32Array(64);
  for (let at = 0; at < blocks.length; at += 64) {
    for (let i = 0; i < 64; i += 1) {
      if (i < 16) {
        w[i] = view.getInt32(at + i * 4);
        continue;
      }
      const a = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
      const b = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
      w[i] = (w[i - 16] + a + w[i - 7] + b) | 0;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i += 1) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + k[i] + w[i]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => {
      state[i] = (state[i] + value) | 0;
    });
  }
  const out = new DataView(new ArrayBuffer(32));
  state.forEach((value, i) => out.setInt32(i * 4, value));
  return new Uint8Array(out.buffer);
}

async function sha256(text) {
  const bytes = new TextEncoder().encode(text);
  return crypto.subtle ? new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)) : ownSha256(bytes);
}

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

// One spelling --------------------------------------------------------------------------------------------------------

function phone(typed, know) {
  const bare = typed.normalize("NFKC").replace(/^\s*(?:tel|sdt|sđt)\s*:/i, "").replace(/[\s().\-–]/g, "");
  if (!/^\+?\d{3,17}$/.test(bare)) return null;
  let national = null;
  if (bare.startsWith("+84")) national = bare.slice(3).replace(/^0/, "");
  else if (bare.startsWith("0084")) national = bare.slice(4).replace(/^0/, "");
  else if (/^(?:1[89]00\d{4,6}|[1-9]\d{2,5})$/.test(bare)) return { family: `vn:${bare}`, keys: [`vn:${bare}`], ranges: /^1[89]00/.test(bare) ? stretch("vn:", bare, know.service) : [] };
  else if (bare.startsWith("0") && !bare.startsWith("00")) national = bare.slice(1);
  else if (bare.startsWith("84") && bare.length > 10) national = bare.slice(2).replace(/^0/, "");
  else if (/^\d{9}$/.test(bare)) national = bare;
  if (national === null || !/^(?:[35789]\d{8}|2\d{9}|69\d{4,8}|6[57]\d{7,8})$/.test(national)) return null;
  return { family: `+84${national}`, keys: [`+84${national}`], ranges: stretch("+84", national, know.least) };
}

function stretch(lead, digits, least) {
  const found = [];
  for (let size = digits.length - 1; size >= least; size -= 1) found.push(`${lead}${digits.slice(0, size)}*`);
  return found;
}

function account(typed, know) {
  const number = typed.normalize("NFKC").replace(/[\s.\-]/g, "").toUpperCase();
  if (!/^\d{5,19}$/.test(number)) return null;
  return { family: `*:${number}`, keys: ["?", ...know.bins].map((bank) => `${bank}:${number}`), ranges: [] };
}

function link(typed, know) {
  let url;
  try {
    const text = typed.trim().replace(/^h(?:xx|\*\*)p/i, "http").replace(/\[\.\]|\(\.\)/g, ".");
    url = new URL(/^https?:\/\//i.test(text) ? text : `http://${text}`);
  } catch {
    return null;
  }
  const host = url.hostname.replace(/\.$/, "").replace(/^www\./, "");
  if (!host.includes(".") || /\s/.test(typed.trim())) return null;
  if (host in know.shared || know.shared[host.replace(/^(?:m|web|mobile)\./, "")] !== undefined) return { shared: true };
  const labels = host.split(".");
  let size = labels.length > 2 && labels.at(-1).length === 2 && know.second.includes(labels.at(-2)) ? 3 : 2;
  for (let n = labels.length - 1; n > 0; n -= 1) {
    if (know.endings.includes(labels.slice(-n).join("."))) {
      size = n + 1;
      break;
    }
  }
  const numeric = /^\d+$/.test(labels.at(-1));
  const family = numeric ? host : labels.slice(-size).join(".");
  const parts = url.pathname.split("/").filter(Boolean);
  const keys = [];
  for (let n = parts.length; n > 0; n -= 1) keys.push(`${host}/${parts.slice(0, n).join("/")}`);
  for (let n = labels.length; n >= (numeric ? labels.length : size); n -= 1) keys.push(labels.slice(-n).join("."));
  return { family, keys, ranges: [] };
}

const SPELLINGS = { phone, account, link };

// The bucket ----------------------------------------------------------------------------------------------------------

/** The first of the keys that stands in the bucket, as {state, tags, week, ranged}; null for none. */
export async function inside(buffer, kind, spelled) {
  const view = new DataView(buffer);
  if (view.getUint32(0) !== 0x43474231) throw new Error("no bucket");
  const [entries, ranges] = [view.getUint32(16), view.getUint32(20)];
  const held = new Map();
  for (let n = 0; n < entries + ranges; n += 1) {
    const at = HEAD + n * ENTRY;
    const digest = `${n < entries ? "" : "*"}${hex(new Uint8Array(buffer, at, 8))}`;
    held.set(digest, { state: view.getUint8(at + 8), tags: view.getUint32(at + 9), week: view.getUint16(at + 13) });
  }
  for (const [ranged, keys] of [[false, spelled.keys], [true, spelled.ranges]]) {
    for (const key of keys) {
      const digest = hex((await sha256(`${kind}:${key}`)).slice(8, 16));
      const found = held.get(`${ranged ? "*" : ""}${digest}`);
      if (found) return { ...found, ranged };
    }
  }
  return null;
}

async function prefixOf(kind, family, bits) {
  const [a, b] = await sha256(`${kind}:${family}`);
  return (((a << 8) | b) >>> (16 - bits)).toString(16).padStart(4, "0");
}

// The page ------------------------------------------------------------------------------------------------------------

function show(form, title, lines, state) {
  const place = form.parentElement.querySelector("[data-private-answer]");
  place.hidden = false;
  place.dataset.state = state;
  place.querySelector("[data-title]").textContent = title;
  place.querySelector("[data-lines]").replaceChildren(
    ...lines.map((words) => {
      const line = document.createElement("p");
      line.textContent = words;
      return line;
    }),
  );
}

function told(found, know) {
  const words = know.words;
  if (found === null) return ["unknown", words.noneTitle, [words.none]];
  if (found.state === words.good) return ["unknown", words.states[found.state], [words.genuine]];
  const day = new Date(found.week * WEEK).toLocaleDateString("vi-VN", { timeZone: "UTC" });
  const tags = words.tags.filter((_name, bit) => (found.tags >>> bit) & 1);
  const lines = [...(found.ranged ? [words.range] : []), ...(tags.length ? [tags.join(", ")] : [])];
  lines.push(`${words.week} ${day}.`, words.report);
  return [found.state === 3 ? "danger" : "suspect", words.states[found.state], lines];
}

let asked = 0; // questions so far: an answer that a later one has overtaken is not shown

async function ask(form, know) {
  const turn = (asked += 1);
  const kind = form.elements.loai.value;
  const spelled = SPELLINGS[kind](form.elements.gi.value, know);
  if (spelled === null || spelled.shared) {
    show(form, spelled === null ? know.words.unread : know.words.shared, [], "unknown");
    return;
  }
  const prefix = await prefixOf(kind, spelled.family, know.bits[kind]);
  let buffer;
  try {
    const reply = await fetch(`${form.dataset.bucket}${kind}/${prefix}`, { credentials: "omit", referrerPolicy: "no-referrer" });
    if (!reply.ok) throw new Error(String(reply.status));
    buffer = await reply.arrayBuffer();
  } catch {
    if (turn === asked) show(form, know.words.offline, [], "unknown");
    return;
  }
  const [state, title, lines] = told(await inside(buffer, kind, spelled), know);
  if (turn !== asked) return;
  show(form, title, [...lines, `${know.words.asked} ${kind}/${prefix}; ${buffer.byteLength.toLocaleString("vi-VN")} ${know.words.bytes}.`], state);
}

const form = document.querySelector("[data-private]");
if (form) {
  const know = JSON.parse(document.getElementById("private-know").textContent);
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(form, know);
  });
}
