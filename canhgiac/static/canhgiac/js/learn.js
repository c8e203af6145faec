// The knowledge pages: sending a page on, copying, printing; and what was read is kept for times without a network.

for (const button of document.querySelectorAll("[data-share]")) {
  if (!navigator.share) {
    button.remove(); // the way by copying stands beside it
    continue;
  }
  button.addEventListener("click", () => {
    navigator.share({ title: button.dataset.title, url: button.dataset.url }).catch(() => {}); // closed by the reader
  });
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const words = button.querySelector("span") ?? button;
  const before = words.textContent;
  button.addEventListener("click", async () => {
    await copy(button.dataset.copy ?? document.getElementById(button.dataset.copyFrom).textContent);
    words.textContent = button.dataset.done;
    setTimeout(() => (words.textContent = before), 6000);
  });
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = Object.assign(document.createElement("textarea"), { value: text }); // an old phone, or plain http
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());

// Without a network ---------------------------------------------------------------------------------------------------
const PUBLIC = "cg-public-1"; // as the service worker names it
const first = !navigator.serviceWorker?.controller; // this very page came before the worker, which may take it over soon

/** Starts the worker and gives it the files this page is made of, once the page itself is done. */
async function keepPage() {
  await navigator.serviceWorker.register("/sw.js", { scope: "/" });
  const { active } = await navigator.serviceWorker.ready;
  const named = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")].map((node) => node.href || node.src);
  const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
  const assets = [...new Set([...named, ...loaded])].filter((url) => {
    const { origin, pathname } = new URL(url, location.href);
    return origin === location.origin && /\.(css|js|woff2|svg)$/.test(pathname) && pathname !== "/sw.js";
  });
  const pages = first && document.querySelector("link[rel=canonical]") && !location.search ? [location.pathname] : [];
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => (document.documentElement.dataset.kept = "yes");
  active.postMessage({ type: "keep-public", pages, assets }, [port2]);
}

if (navigator.serviceWorker && window.caches && !navigator.connection?.saveData) {
  const start = () => keepPage().catch(() => {}); // a browser that refuses: the page is read all the same
  if (document.readyState === "complete") setTimeout(start);
  else addEventListener("load", () => setTimeout(start));
}

/** Lists the kept pages by their titles, the last read first. */
async function listKept(list) {
  const cache = await caches.open(PUBLIC);
  const here = new URL(location.href).pathname;
  for (const request of [...(await cache.keys())].reverse()) {
    const { pathname } = new URL(request.url);
    if (pathname === here || pathname === "/khong-co-mang/") continue;
    const text = await (await cache.match(request)).text();
    const title = new DOMParser().parseFromString(text, "text/html").title.replace(/ · Cảnh Giác$/, "");
    const link = Object.assign(document.createElement("a"), { href: pathname, textContent: title });
    const row = document.createElement("li");
    row.append(link);
    list.append(row);
    list.querySelector("[data-none]")?.remove();
  }
}

const keptList = document.querySelector("[data-kept-list]");
if (keptList && window.caches) listKept(keptList);
