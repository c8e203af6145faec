// In the frame: tells the portal's page, and no other, how high the content is. The portal names itself by ?tu=.
(() => {
  const portal = new URLSearchParams(location.search).get("tu");
  if (!portal || parent === window) return;
  let told = 0;
  const tell = () => {
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    if (height === told) return;
    told = height;
    try {
      parent.postMessage({ canhgiac: "cao", height }, portal);
    } catch {
      // not an origin: the frame keeps the height it was given
    }
  };
  new ResizeObserver(tell).observe(document.documentElement);
  for (const form of document.forms) if (!("keep" in form.dataset)) form.action = location.href; // the answer knows the portal too
  const again = document.querySelector(".again");
  if (again) again.href = location.href;
  tell();
})();
