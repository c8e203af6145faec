// The service worker of the whole site; the server puts self.CANHGIAC, the addresses it must know, above this text.
//
// It keeps two caches. ASSETS: style sheets, scripts, fonts, pictures of the look; nobody's data. PAGES: the pages that
// asked to be kept, with what their reader may see; forgotten at every login and logout. A page asks by the message
// {type: "keep", pages: [...], assets: [...]}. Everything else goes to the network as if we were not here.
const told = self.CANHGIAC;
const ASSETS = "cg-assets-1";
const PAGES = "cg-pages-1";
const PATIENCE = 6000; // milliseconds until a kept page is shown from the cache on a line that hangs

importScripts(told.queue);

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(tidy()));

async function tidy() {
  for (const name of await caches.keys()) {
    if (name.startsWith("cg-") && name !== ASSETS && name !== PAGES) await caches.delete(name);
  }
  await self.clients.claim();
}

const address = (url) => new URL(url, self.location.origin);
const sound = (response) => response.ok && response.type === "basic" && !response.redirected;

async function keepIn(name, urls) {
  const cache = await caches.open(name);
  await Promise.allSettled(
    urls.map(async (url) => {
      if (address(url).origin !== self.location.origin) return;
      const response = await fetch(url, { credentials: "same-origin" });
      if (sound(response)) await cache.put(address(url).href, response);
    }),
  );
}

self.addEventListener("message", (event) => {
  const { type, pages = [], assets = [] } = event.data ?? {};
  if (type === "keep") {
    event.waitUntil(
      Promise.all([keepIn(PAGES, pages), keepIn(ASSETS, assets)]).then(() => event.ports[0]?.postMessage("kept")),
    );
  }
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "POST" && told.forgetAfter.includes(url.pathname)) {
    event.waitUntil(caches.delete(PAGES)); // another person may come next
    return;
  }
  if (request.method !== "GET") return;
  if (url.pathname.startsWith(told.static)) event.respondWith(asset(request));
  else if (request.mode === "navigate") event.respondWith(page(request, url));
});

/** A file of the look: from the network while there is one, since it is cheap and fresh, else as kept. */
async function asset(request) {
  try {
    const response = await fetch(request);
    if (sound(response)) {
      const cache = await caches.open(ASSETS);
      if (await cache.match(request.url)) await cache.put(request.url, response.clone());
    }
    return response;
  } catch (trouble) {
    const kept = await caches.match(request.url, { cacheName: ASSETS });
    if (kept) return kept;
    throw trouble;
  }
}

/** A page: from the network; as kept when there is none, or when it hangs. */
async function page(request, url) {
  const cache = await caches.open(PAGES);
  const kept = await cache.match(url.origin + url.pathname);
  const network = fetch(request).then(async (response) => {
    // A page kept under its plain address must not become what it is with a query.
    if (kept && !url.search && sound(response)) await cache.put(url.origin + url.pathname, response.clone());
    return response;
  });
  if (!kept) return network;
  const late = new Promise((resolve) => setTimeout(() => resolve(kept.clone()), PATIENCE));
  return Promise.race([network.catch(() => kept.clone()), late]);
}

self.addEventListener("sync", (event) => {
  if (event.tag !== told.sync) return;
  event.waitUntil(
    self.cgQueue.send({ session: told.session, send: told.send }).then((trouble) => {
      if (trouble === "later") throw new Error("not yet"); // the browser then tries again by itself
    }),
  );
});
