// An SMSC made of node-smpp, which shares nothing with us: tells on stdout, a JSON line each, what it understood.
// Arguments: [key file, certificate file] for TLS. Prints {"port": …} first.
'use strict';
const fs = require('fs');
const smpp = require('smpp');

const tell = (fact) => process.stdout.write(JSON.stringify(fact) + '\n');
const [key, cert] = process.argv.slice(2);
const options = key ? { key: fs.readFileSync(key), cert: fs.readFileSync(cert) } : {};
let numbers = 0;

const server = smpp.createServer(options, (session) => {
  session.on('error', (error) => tell({ error: String(error) }));
  const bind = (pdu) => {
    tell({ command: pdu.command, system_id: pdu.system_id, password: pdu.password, version: pdu.interface_version });
    if (pdu.password !== 'bimat') {
      session.send(pdu.response({ command_status: smpp.ESME_RINVPASWD }));
      return;
    }
    session.send(pdu.response({ system_id: 'node' }));
    session.enquire_link({}, (answer) => tell({ command: answer.command, status: answer.command_status }));
    if (pdu.command !== 'bind_transmitter') {
      session.deliver_sm(
        { source_addr: '84900000123', source_addr_ton: 1, destination_addr: '8099', short_message: 'Từ chối' },
        (answer) => tell({ command: answer.command, status: answer.command_status }),
      );
    }
  };
  for (const command of ['bind_transceiver', 'bind_transmitter', 'bind_receiver']) session.on(command, bind);
  session.on('enquire_link', (pdu) => session.send(pdu.response()));
  session.on('unbind', (pdu) => {
    tell({ command: 'unbind' });
    session.send(pdu.response());
    session.close();
  });
  session.on('submit_sm', (pdu) => {
    const body = pdu.message_payload || pdu.short_message;
    tell({
      command: pdu.command, source: pdu.source_addr, ton: pdu.source_addr_ton, dest: pdu.destination_addr,
      text: body.message, udh: body.udh ? body.udh.map((part) => part.toString('hex')) : [], coding: pdu.data_coding,
      esm: pdu.esm_class, registered: pdu.registered_delivery, validity: String(pdu.validity_period),
    });
    if (pdu.destination_addr.endsWith('97')) {
      session.send(pdu.response({ command_status: smpp.ESME_RINVDSTADR }));
      return;
    }
    const id = `node-${++numbers}`;
    session.send(pdu.response({ message_id: id }));
    if (pdu.registered_delivery) {
      session.deliver_sm({
        source_addr: pdu.destination_addr, source_addr_ton: 1, destination_addr: pdu.source_addr, esm_class: 4,
        short_message: `id:${id} sub:001 dlvrd:001 submit date:2611221030 done date:2611221031 stat:DELIVRD err:000 text:`,
        receipted_message_id: id, message_state: 2,
      });
    }
  });
});
server.listen(0, '127.0.0.1', () => tell({ port: server.address().port }));
