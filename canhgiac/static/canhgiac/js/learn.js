// The knowledge pages: sending a page on, copying, printing; and what was read is kept for times without a network.

for (const button of document.querySelectorAll("[data-share]")) {
  if (!navigator.share) {
    button.remove(); // the way by copying stands beside it
    continue;
  }
  button.addEventListener("click", () => {
    navigator.share({ title: button.dataset.title, url: button.dataset.url }).catch(() => {}); // closed by the reader
  });
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const words = button.querySelector("span") ?? button;
  const before = words.textContent;
  button.addEventListener("click", async () => {
    await copy(button.dataset.copy ?? document.getElementById(button.dataset.copyFrom).textContent);
    words.textContent = button.dataset.done;
    setTimeout(() => (words.textContent = before), 6000);
  });
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = Object.assign(document.createElement("textarea"), { value: text }); // an old phone, or plain http
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());
