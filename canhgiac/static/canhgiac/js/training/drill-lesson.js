// Says once that the lesson was on somebody's screen for a moment. Sends no content.
const root = document.querySelector('[data-drill-seen]');
const MOMENT = 2500;
let timer = 0;
let told = false;

function tell() {
  if (told || document.visibilityState !== 'visible') return;
  told = true;
  fetch(root.dataset.drillSeen, { method: 'POST', keepalive: true }).catch(() => {});
}

function watch() {
  clearTimeout(timer);
  if (document.visibilityState === 'visible' && !document.prerendering) timer = setTimeout(tell, MOMENT);
}

if (root) {
  document.addEventListener('visibilitychange', watch);
  document.addEventListener('prerenderingchange', watch);
  watch();
}
