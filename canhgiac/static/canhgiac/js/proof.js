/** A little work for the browser instead of a puzzle, so that a machine does not send thousands: fills the form's
    fields of the challenge and its solution, and is done also without a network (the sending itself will say so). */
export function proof(form) {
  return new Promise((done) => {
    const worker = new Worker(form.dataset.worker);
    fetch(form.dataset.challenge)
      .then((answer) => answer.json())
      .then(({ challenge }) => {
        worker.onmessage = (event) => {
          form.elements.thu_thach.value = challenge;
          form.elements.loi_giai.value = event.data;
          worker.terminate();
          done();
        };
        worker.onerror = done;
        worker.postMessage(challenge);
      })
      .catch(done);
  });
}
