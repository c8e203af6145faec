// Cảnh Giác in another portal: a round button in the corner opens the talk beside the page. data-nen="sang" or "toi" fixes its ground.
(() => {
  const me = document.currentScript;
  const home = new URL(me.src).origin;
  const ask = "Hỏi Cảnh Giác";
  const make = (tag, given, ...inside) => {
    const one = Object.assign(document.createElement(tag), given);
    one.append(...inside);
    return one;
  };
  const open = make("button", { className: "o", title: ask }, make("b", { textContent: "?", ariaHidden: "true" }), make("span", { textContent: ask }));
  const shut = make("button", { textContent: "Đóng" });
  const box = make("dialog", { ariaLabel: ask }, make("p", {}, make("b", { textContent: ask }), shut));
  let talk;
  open.onclick = () => {
    const src = `${home}/hoi/khung/?tu=${encodeURIComponent(location.origin)}&nen=${me.dataset.nen ?? ""}`;
    if (!talk) box.append((talk = make("iframe", { src, title: ask })));
    matchMedia("(max-width:575px)").matches ? box.showModal() : box.show();
    open.hidden = true;
  };
  shut.onclick = () => box.close();
  box.onkeydown = (event) => event.key === "Escape" && box.close();
  box.onclose = () => {
    open.hidden = false;
    open.focus();
  };
  addEventListener("message", ({ origin, source, data }) => {
    if (talk && origin === home && source === talk.contentWindow && data?.canhgiac === "dong") box.close(); // Esc in the frame
  });
  const place = make("aside", { ariaLabel: ask });
  const root = place.attachShadow({ mode: "open" }); // the sheets keep apart
  const look = `:host{font:600 16px/1.3 system-ui,sans-serif}button{font:inherit;cursor:pointer;min-height:44px;border-radius:99px;border:1px solid #a9cfc6;background:#0a5c55;color:#fff;padding:0 18px}.o,dialog{position:fixed;z-index:999999}.o{right:16px;bottom:16px;padding:0 22px 0 6px;height:56px;box-shadow:0 6px 20px #0004}.o b{display:inline-block;width:44px;font-size:26px;vertical-align:-3px}[hidden]{display:none}:focus-visible{outline:3px solid #6fcfbf;outline-offset:2px}dialog{inset:0 0 0 auto;width:min(440px,100vw);max-width:none;height:100%;max-height:none;overflow:hidden;margin:0;padding:0;border:0;background:#0a5c55;color:#fff;box-shadow:0 0 40px #0006}dialog[open]{display:flex;flex-direction:column}p{display:flex;justify-content:space-between;align-items:center;margin:0;padding:4px 8px 4px 16px}iframe{flex:1;width:100%;border:0}@media(max-width:575px){.o{width:56px;padding:0}.o span{position:absolute;opacity:0}dialog{inset:auto 0 0;width:100%;height:92%;border-radius:16px 16px 0 0}}@media print{.o,dialog{display:none!important}}`;
  try {
    const sheet = new CSSStyleSheet(); // a portal's style-src lets it pass
    sheet.replaceSync(look);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(make("style", { textContent: look }));
  }
  root.append(open, box);
  const put = () => document.body.append(place);
  document.body ? put() : addEventListener("DOMContentLoaded", put);
})();
