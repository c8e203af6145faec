// "In trang này": the browser's own printing.
document.addEventListener("click", (event) => event.target.closest?.("[data-print]") && print());
