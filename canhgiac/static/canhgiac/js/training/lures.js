// Takes the words selected in the lure's text into the first empty row of cues.
const body = document.querySelector('[data-lure-body]');
const button = document.querySelector('[data-lure-mark]');

function selected() {
  return body.value.slice(body.selectionStart, body.selectionEnd).trim();
}

if (body && button) {
  button.hidden = false;
  button.addEventListener('click', () => {
    const words = selected();
    const row = [...document.querySelectorAll('[name^="words_"]')].find((field) => !field.value.trim());
    if (!words || !row) {
      body.focus();
      return;
    }
    row.value = words;
    document.querySelector(`[name="${row.name.replace('words', 'kind')}"]`).focus();
  });
}
