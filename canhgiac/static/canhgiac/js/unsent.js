// At the door: says how many records this device still keeps unsent. They survive a logout; what was kept of pages not.
const place = document.querySelector("[data-unsent]");

async function count() {
  if (!place || !self.indexedDB || !indexedDB.databases) return;
  if (!(await indexedDB.databases()).some(({ name }) => name === "canhgiac")) return;
  const items = await self.cgQueue.all();
  if (!items.length) return;
  place.querySelector("span").textContent = place.dataset.words.replace("%d", items.length);
  place.hidden = false;
}
count();
