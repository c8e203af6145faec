// In the frame: tells the portal's page, and no other, how high the content is and that Esc was pressed. The portal
// names itself by ?tu=.
(() => {
  const portal = new URLSearchParams(location.search).get("tu");
  if (!portal || parent === window) return;
  let told = 0;
  const say = (message) => {
    try {
      parent.postMessage(message, portal);
    } catch {
      // not an origin: the frame keeps the height it was given
    }
  };
  const tell = () => {
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    if (height === told) return;
    told = height;
    say({ canhgiac: "cao", height });
  };
  new ResizeObserver(tell).observe(document.documentElement);
  addEventListener("keydown", (event) => event.key === "Escape" && !event.isComposing && say({ canhgiac: "dong" }));
  for (const form of document.forms) {
    const goes = form.getAttribute("action");
    if (!("keep" in form.dataset) && goes !== "#moi") form.action = location.href; // the answer knows the portal too
  }
  const again = document.querySelector(".again");
  if (again) again.href = location.href;
  tell();
})();
