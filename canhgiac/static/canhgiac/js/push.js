// Web Push: the choice shows only in browsers that can; permission is asked only after a tap on "Đăng ký"; who stops
// is forgotten by the browser too.
const form = document.querySelector("[data-signup]");
const choice = form?.querySelector("[data-push]");
const known = document.querySelector("[data-push-known]");
const end = document.querySelector("[data-push-end]");
const can = Boolean(navigator.serviceWorker && window.PushManager && window.Notification);

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

/** The subscription that this browser has already, or null; never asks for anything. */
async function held() {
  const registration = can ? await navigator.serviceWorker.getRegistration("/") : undefined;
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/** A subscription with the province's key; one with a former key is given back first. */
async function subscribe(key) {
  await navigator.serviceWorker.register("/sw.js", { scope: "/" });
  const { pushManager } = await navigator.serviceWorker.ready;
  const wanted = bytes(key);
  const old = await pushManager.getSubscription();
  const same = old && String(new Uint8Array(old.options.applicationServerKey ?? [])) === String(wanted);
  if (same) return old;
  await old?.unsubscribe();
  const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: wanted });
  await tellWorker("push-new");
  return made;
}

/** The worker keeps the subscription, so that it can say which one another takes the place of. */
async function tellWorker(type) {
  const registration = await navigator.serviceWorker.getRegistration("/");
  registration?.active?.postMessage({ type });
}

function tell(name) {
  for (const part of ["denied", "failed"]) form.querySelector(`[data-push-${part}]`).hidden = part !== name;
  if (name) form.querySelector(`[data-push-${name}]`).focus();
}

let isReady = false;

async function send(event) {
  const way = form.querySelector('[name="kenh"]:checked')?.value;
  if (way !== "push" || isReady || !form.elements.dong_y.checked) return; // the server says what is missing
  event.preventDefault();
  const button = form.querySelector("[data-send]");
  tell("");
  button.disabled = true;
  try {
    if ((await Notification.requestPermission()) !== "granted") {
      tell("denied");
      return;
    }
    form.elements.trinh_duyet.value = JSON.stringify(await subscribe(choice.dataset.push));
    isReady = true;
  } catch {
    tell("failed");
  } finally {
    button.disabled = false;
  }
  if (isReady) form.requestSubmit(button);
}

if (choice?.dataset.push && can) {
  choice.hidden = false;
  form.addEventListener("submit", send);
}
if (known) {
  held()
    .then((subscription) => {
      if (!subscription) return;
      known.elements.trinh_duyet.value = JSON.stringify(subscription);
      known.hidden = false;
    })
    .catch(() => {}); // the browser keeps it to itself: the page is as for anybody
}
if (end && can) {
  end.addEventListener("submit", async (event) => {
    event.preventDefault();
    await held()
      .then((subscription) => subscription?.unsubscribe())
      .catch(() => {}); // the province sends nothing more, whatever the browser still keeps
    await tellWorker("push-forget");
    end.submit();
  });
}
