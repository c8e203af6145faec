// The queue of records that a phone keeps until the server has them. Shared by pages and the service worker, so it is a
// plain script that defines self.cgQueue.
//
// One item: {uid, member, at, title, fields: [[name, value]], files: [{uid, name, blob, keep, done, error, flag}],
// state: "waiting" | "refused" | "open", tried, errors, sent: null | {id, url, title}}. The uid is made here, once: the server answers a
// second sending with the activity it already has, so an item may be sent as often as it takes.
(() => {
  const NAME = self.document?.currentScript?.dataset.store ?? "canhgiac"; // each kind of record has a store of its own
  const STORE = "queue";
  const TRY = 60_000; // milliseconds after which a silent server counts as no network; a photo may need a slow line

  function open() {
    return new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "uid" });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }

  async function within(mode, act) {
    const database = await open();
    try {
      return await new Promise((resolve, reject) => {
        const transaction = database.transaction(STORE, mode, { durability: "strict" });
        const request = act(transaction.objectStore(STORE));
        transaction.oncomplete = () => resolve(request.result);
        transaction.onerror = transaction.onabort = () => reject(transaction.error);
      });
    } finally {
      database.close();
    }
  }

  const channel = "BroadcastChannel" in self ? new BroadcastChannel(`cg-queue-${NAME}`) : null;
  const heard = [];
  const tell = (message) => {
    channel?.postMessage(message);
    for (const listen of heard) listen(message);
  };
  if (channel) channel.onmessage = (event) => heard.forEach((listen) => listen(event.data));

  const all = () => within("readonly", (store) => store.getAll());
  const get = (uid) => within("readonly", (store) => store.get(uid));

  async function put(item) {
    await within("readwrite", (store) => store.put(item));
    tell({ type: "changed" });
  }

  async function drop(uid) {
    await within("readwrite", (store) => store.delete(uid));
    tell({ type: "changed" });
  }

  async function answer(url, options = {}) {
    const stop = new AbortController();
    const clock = setTimeout(() => stop.abort(), TRY);
    try {
      const response = await fetch(url, { ...options, credentials: "same-origin", redirect: "manual", signal: stop.signal });
      // A redirect is another page asking for something first: the login, or a second factor.
      const status = response.type === "opaqueredirect" ? 401 : response.status;
      const json = (response.headers.get("content-type") ?? "").includes("json");
      return { status, told: json ? await response.json() : {} };
    } catch {
      return { status: 0, told: {} };
    } finally {
      clearTimeout(clock);
    }
  }

  function post(url, token, fields) {
    const body = new FormData();
    for (const [name, value, fileName] of fields) fileName ? body.append(name, value, fileName) : body.append(name, value);
    return answer(url, { method: "POST", body, headers: { "X-CSRFToken": token } });
  }

  const words = (told) => Object.values(told.errors ?? {}).flat().join(" ");

  /** Sends one record, then its files one by one; keeps what is done at each step. Answers "", "login" or "later". */
  async function sendOne(item, session, send) {
    if (!item.sent) {
      // From here on the server may have it although we never hear so: it can be sent again, but no longer changed.
      item = { ...item, tried: true };
      await put(item);
      const { status, told } = await post(send, session.token, [...item.fields, ["uid", item.uid]]);
      if (status === 401) return "login";
      if (status === 422) {
        await put({ ...item, state: "refused", tried: false, errors: told.errors ?? {} });
        return "";
      }
      if (status !== 200) return status === 403 ? "token" : "later";
      item = { ...item, sent: told, state: "waiting", errors: {} };
      await put(item);
    }
    for (const [index, file] of item.files.entries()) {
      if (file.done || file.error) continue;
      const fields = [["file", file.blob, file.name], ["uid", file.uid], ["keep_original", file.keep ? "1" : ""]];
      const { status, told } = await post(`${send}${item.uid}/minh-chung/`, session.token, fields);
      if (status === 401) return "login";
      if (status !== 200 && status !== 422 && status !== 413) return status === 403 ? "token" : "later";
      const error = status === 200 ? "" : words(told) || "413";
      const done = { ...file, done: status === 200, error, flag: told.flag ?? "" };
      if (done.done) done.blob = null;
      item = { ...item, files: item.files.with ? item.files.with(index, done) : item.files.map((one, n) => (n === index ? done : one)) };
      await put(item);
    }
    if (item.files.some((file) => file.error)) await put({ ...item, state: "refused" });
    else await drop(item.uid);
    tell({ type: "sent", item: { uid: item.uid, sent: item.sent, flags: item.files.map((file) => file.flag).filter(Boolean) } });
    return "";
  }

  async function sendAll({ session, send }) {
    if (!(await all()).some((item) => item.state === "waiting")) return "";
    for (let turn = 0; turn < 2; turn += 1) {
      const { status, told } = await answer(session);
      if (status !== 200) return status === 401 ? "login" : "later";
      let trouble = "";
      for (const { uid } of (await all()).sort((a, b) => a.at - b.at)) {
        const item = await get(uid); // as it is now: it may have been dropped or taken out to be edited
        if (!item || item.state !== "waiting" || item.member !== told.member) continue;
        tell({ type: "sending", uid });
        trouble = await sendOne(item, told, send);
        if (trouble) break;
      }
      if (trouble !== "token") return trouble;
    }
    return "later";
  }

  /** Sends what waits and belongs to whoever is logged in, in one place at a time. Answers "", "login" or "later". */
  async function send(addresses) {
    const run = async () => {
      const trouble = await sendAll(addresses);
      tell({ type: "rest", trouble });
      return trouble;
    };
    return navigator.locks ? navigator.locks.request(`cg-queue-${NAME}`, run) : run();
  }

  const PAUSES = [5_000, 15_000, 60_000]; // milliseconds before the next try; the last one goes on
  let failed = 0;
  let timer;
  /** Tries again after a while where sending ended in "later": not every browser tells that the network is back. */
  function again(trouble, act) {
    clearTimeout(timer);
    failed = trouble === "later" ? failed + 1 : 0;
    if (failed) timer = setTimeout(() => navigator.onLine && act(), PAUSES[Math.min(failed, PAUSES.length) - 1]);
  }

  self.cgQueue = { all, get, put, drop, send, again, listen: (act) => heard.push(act) };
})();
