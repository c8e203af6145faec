// The node-smpp client as its README uses it: SECONDS of submit_sm, WINDOW of them on the wire.
// Now and then the library stands still for good with answers unread: exit code 3, and the turn is taken again.
// node _smpp_node.js PORT WINDOW SECONDS NODELAY(0|1). Prints acknowledged messages, seconds, seconds of processor.
'use strict';
const smpp = require('smpp');

const [port, window, seconds, nodelay] = process.argv.slice(2).map(Number);
const text = 'Canh bao: ke gian gia danh cong an. '.repeat(5).slice(0, 160);
let acknowledged = 0, sent = 0, begun = 0, over = false;

const session = smpp.connect({ host: '127.0.0.1', port }, () => {
  if (nodelay) session.socket.setNoDelay(true);
  session.bind_transceiver({ system_id: 'bench', password: 'bench' }, (answer) => {
    if (answer.command_status !== 0) process.exit(1);
    begun = performance.now();
    for (let i = 0; i < window; i++) submit();
  });
});

setTimeout(() => process.exit(3), (seconds + 5) * 1000);

function submit() {
  const number = 84900000000 + (sent++ % 1000000);
  session.submit_sm(
    {
      source_addr: 'CONGAN XA', source_addr_ton: 5, source_addr_npi: 0,
      destination_addr: String(number), dest_addr_ton: 1, dest_addr_npi: 1, short_message: text,
    },
    (answer) => {
      if (answer.command_status === 0) acknowledged++;
      const took = (performance.now() - begun) / 1000;
      if (took < seconds) submit();
      else if (!over) {
        over = true;
        const used = process.cpuUsage();
        process.stdout.write(`${acknowledged} ${took} ${(used.user + used.system) / 1e6}\n`, () => process.exit(0));
      }
    },
  );
}
