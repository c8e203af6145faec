// Cảnh Giác in another portal: <div data-canhgiac="kiem-tra"></div>, "hoi", "canh-bao" or "cau-hoi-hom-nay" becomes a frame that grows as needed.
(() => {
  const me = document.currentScript;
  const home = new URL(me.src).origin;
  const titles = { "kiem-tra": "Cảnh Giác: kiểm tra tin nhắn", "hoi": "Hỏi Cảnh Giác", "canh-bao": "Cảnh Giác: cảnh báo và điều mới", "cau-hoi-hom-nay": "Cảnh Giác: câu hỏi hôm nay" };
  const elsewhere = { "hoi": "/hoi/khung/" }; // every other window is under /nhung/
  const frames = [];
  const fill = () => {
    for (const place of document.querySelectorAll("[data-canhgiac]:empty")) {
      const name = place.dataset.canhgiac;
      if (!titles[name]) continue;
      const frame = document.createElement("iframe");
      const nen = place.dataset.nen ? `&nen=${encodeURIComponent(place.dataset.nen)}` : "";
      frame.src = `${home}${elsewhere[name] ?? `/nhung/${name}/`}?tu=${encodeURIComponent(location.origin)}${nen}`;
      frame.title = titles[name];
      frame.loading = "lazy";
      frame.width = "100%";
      frame.height = 360;
      frame.style.cssText = "border:0;display:block;max-width:100%";
      place.append(frame);
      frames.push(frame);
    }
  };
  addEventListener("message", (event) => {
    if (event.origin !== home || event.data?.canhgiac !== "cao") return;
    const frame = frames.find((one) => one.contentWindow === event.source);
    const height = Number(event.data.height);
    if (frame && height > 0) frame.height = Math.min(Math.max(height, 120), 4000);
  });
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", fill);
  fill();
})();
