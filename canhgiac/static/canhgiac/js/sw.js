// The service worker of the whole site; the server puts self.CANHGIAC, the addresses it must know, above this text.
//
// It keeps three caches. ASSETS: style sheets, scripts, fonts, pictures of the look; nobody's data. PAGES: the pages that
// asked to be kept, with what their reader may see; forgotten at every login and logout. A page asks by the message
// {type: "keep", pages: [...], assets: [...]}. PUBLIC: public pages once read, as everybody sees them; the answer's header
// X-Canhgiac-Keep says which; the oldest go first. OWN: this browser's push subscription as the server knows it.
// Everything else goes to the network as if we were not here.
const told = self.CANHGIAC;
const ASSETS = "cg-assets-1";
const PAGES = "cg-pages-1";
const PUBLIC = "cg-public-1";
const OWN = "cg-own-1";
const MOST_PUBLIC = 60; // pages; at about 30 kB each
const MOST_ASSETS = 150; // files; those of former versions of the site go first
const PATIENCE = 6000; // milliseconds until a kept page is shown from the cache on a line that hangs

importScripts(told.queue);

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keepIn(PUBLIC, told.precache));
});
self.addEventListener("activate", (event) => event.waitUntil(tidy()));

async function tidy() {
  for (const name of await caches.keys()) {
    if (name.startsWith("cg-") && ![ASSETS, PAGES, PUBLIC, OWN].includes(name)) await caches.delete(name);
  }
  await self.clients.claim();
}

const address = (url) => new URL(url, self.location.origin);
const sound = (response) => response.ok && response.type === "basic" && !response.redirected;

async function keepIn(name, urls) {
  const cache = await caches.open(name);
  const credentials = name === PUBLIC ? "omit" : "same-origin"; // what everybody sees, whoever is logged in here
  await Promise.allSettled(
    urls.map(async (url) => {
      if (address(url).origin !== self.location.origin) return;
      const response = await fetch(url, { credentials });
      if (!sound(response)) return;
      if (name === PUBLIC) await keepMissing(ASSETS, assetsOf(await response.clone().text()));
      await cache.put(address(url).href, response);
    }),
  );
}

/** The sheets, scripts and pictures that a page names. */
const assetsOf = (html) =>
  [...html.matchAll(/(?:href|src)="([^"]+\.(?:css|js|svg|woff2))"/g)].map((found) => found[1]).filter((path) => path.startsWith(told.static));

/** The pages kept for everybody, asked for again when they are older than a day. */
async function renew() {
  const cache = await caches.open(PUBLIC);
  const kept = await cache.match(address(told.precache[0]).href);
  const age = kept ? Date.now() - new Date(kept.headers.get("Date") ?? 0) : Infinity;
  if (age > 24 * 3600 * 1000) await keepIn(PUBLIC, told.precache);
}

/** Leaves the newest entries of a cache; those named by the server stay whatever their age. */
async function trim(name, most) {
  const cache = await caches.open(name);
  const fixed = new Set(told.precache.map((url) => address(url).href));
  const old = (await cache.keys()).filter((request) => !fixed.has(request.url));
  for (const request of old.slice(0, Math.max(0, old.length - most))) await cache.delete(request);
}

self.addEventListener("message", (event) => {
  const { type, pages = [], assets = [] } = event.data ?? {};
  if (type === "push-forget") event.waitUntil(caches.delete(OWN));
  if (type === "push-new") event.waitUntil(caches.delete(OWN).then(() => settle()));
  if (type === "keep-public") {
    event.waitUntil(settle().catch(() => {})); // told at the next visit
    event.waitUntil(
      Promise.all([keepIn(PUBLIC, pages), keepMissing(ASSETS, assets)])
        .then(renew)
        .then(() => trim(ASSETS, MOST_ASSETS))
        .then(() => event.ports[0]?.postMessage("kept")),
    );
  }
  if (type === "keep") {
    event.waitUntil(
      Promise.all([keepIn(PAGES, pages), keepIn(ASSETS, assets)]).then(() => event.ports[0]?.postMessage("kept")),
    );
  }
});

/** Files not kept yet: their names change with their content, so what is kept is right. */
async function keepMissing(name, urls) {
  const cache = await caches.open(name);
  const kept = new Set((await cache.keys()).map((request) => request.url));
  await keepIn(name, urls.filter((url) => !kept.has(address(url).href)));
}

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

/** A public page just read is kept under its plain address, as the newest; one that is gone is not kept on. */
async function keepRead(response, url) {
  if ([404, 410].includes(response.status)) {
    await (await caches.open(PUBLIC)).delete(url.origin + url.pathname);
    return;
  }
  if (!sound(response) || response.headers.get("X-Canhgiac-Keep") !== "public" || url.search) return;
  const cache = await caches.open(PUBLIC);
  const copy = response.clone();
  await cache.delete(url.origin + url.pathname);
  await cache.put(url.origin + url.pathname, copy);
  await trim(PUBLIC, MOST_PUBLIC);
}

/** Whether a page is of the public part, whose kept copy anybody here may see. */
const isPublic = (path) => path === "/" || told.public.some((start) => path.startsWith(start));

/** A public page: from the network; as kept when there is none, or when it hangs; else what can be read now. */
async function publicPage(request, url) {
  const cache = await caches.open(PUBLIC);
  const kept = await cache.match(url.origin + url.pathname);
  const network = fetch(request).then((response) => {
    keepRead(response, url).catch(() => {}); // no room: the page is read all the same
    return response;
  });
  const without = async () => (kept ? kept.clone() : (await cache.match(address(told.offline).href)) ?? Response.error());
  if (!kept) return network.catch(without);
  const late = new Promise((resolve) => setTimeout(() => resolve(kept.clone()), PATIENCE));
  return Promise.race([network.catch(without), late]);
}

/** A page: from the network; as kept when there is none, or when it hangs. */
async function page(request, url) {
  if (isPublic(url.pathname)) return publicPage(request, url);
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

// Notices -------------------------------------------------------------------------------------------------------------
const WARNINGS = "/canh-bao/";

/** An address of ours; for another site's, or none, the list of warnings. */
function ours(url) {
  const list = address(WARNINGS);
  try {
    const meant = address(typeof url === "string" ? url : WARNINGS);
    return meant.origin === list.origin ? meant.href : list.href;
  } catch {
    return list.href;
  }
}

// The push service gives a browser another subscription now and then; the server learns of it without its owner doing
// anything. The old one, which only this browser knows, is the proof. Browsers often do not tell which the old one was,
// so the one that the server knows is kept in OWN until the server took the next one.
const HELD = "/push-subscription.json";

/** The subscription that the server knows, {endpoint, keys, key}, or null; ``key`` is the province's, for the next one. */
async function heldByServer() {
  const kept = await (await caches.open(OWN)).match(HELD);
  return kept ? kept.json() : null;
}

async function remember(subscription) {
  const key = [...new Uint8Array(subscription.options?.applicationServerKey ?? [])];
  const told = { ...subscription.toJSON(), key };
  await (await caches.open(OWN)).put(HELD, new Response(JSON.stringify(told)));
}

/** Tells the server of another subscription than the one it knows; what cannot be told now is told at the next visit. */
async function settle(now) {
  const current = now ?? (await self.registration.pushManager?.getSubscription());
  if (!current) return;
  const before = await heldByServer();
  if (!before) return remember(current);
  if (before.endpoint === current.endpoint) return;
  const { endpoint, keys } = before;
  const body = new URLSearchParams({ cu: JSON.stringify({ endpoint, keys }), moi: JSON.stringify(current) });
  const answer = await fetch(address(told.renew), { method: "POST", body, credentials: "omit" });
  if (answer.ok) return remember(current);
  if (answer.status !== 404) throw new Error("not yet");
  await caches.delete(OWN); // its owner wants no more: the browser forgets too
  await current.unsubscribe();
}

async function changed({ oldSubscription, newSubscription }) {
  if (oldSubscription && !(await heldByServer())) await remember(oldSubscription);
  const before = await heldByServer();
  if (!before) return;
  const { pushManager } = self.registration;
  const options = { userVisibleOnly: true, applicationServerKey: new Uint8Array(before.key) };
  const now = newSubscription ?? (await pushManager.getSubscription()) ?? (await pushManager.subscribe(options));
  await settle(now).catch(() => self.registration.sync?.register("push")); // later by itself, where the browser can
}

self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(changed(event)));
self.addEventListener("sync", (event) => {
  if (event.tag === "push") event.waitUntil(settle());
});

// A browser asks that each push shows something: words that cannot be read still lead to the warnings.
self.addEventListener("push", (event) => {
  let said = {};
  try {
    said = Object(event.data?.json());
  } catch {
    // not ours
  }
  const text = (value, most) => (typeof value === "string" ? value.slice(0, most) : "");
  const shown = self.registration.showNotification(text(said.title, 200) || "Cảnh báo lừa đảo", {
    body: text(said.body, 600) || "Mở để đọc cảnh báo.",
    tag: text(said.tag, 100) || "canh-bao",
    renotify: true,
    lang: "vi",
    icon: `${told.static}canhgiac/icon-192.png`,
    data: { url: ours(said.url) },
  });
  event.waitUntil(Promise.all([shown, settle().catch(() => {})]));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(bringUp(ours(event.notification.data?.url)));
});

/** Shows a page where it is open already, else in a new window. */
async function bringUp(url) {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = windows.find((one) => one.url === url);
  return there ? there.focus() : self.clients.openWindow(url);
}
