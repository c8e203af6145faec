// nodemailer's pool as its documentation uses it: COUNT mails over 10 connections, text and headers as ours.
// node _mail_node.js PORT COUNT FILE KEY. FILE holds subject and text; KEY is a private key, or "" for no signature.
// Prints mails taken, seconds, seconds of processor.
'use strict';
const fs = require('fs');
const nodemailer = require('nodemailer');

const [port, count, file, key] = process.argv.slice(2);
const content = JSON.parse(fs.readFileSync(file, 'utf8'));
const transport = nodemailer.createTransport({
  pool: true, maxConnections: 10, maxMessages: Infinity, host: '127.0.0.1', port: Number(port), ignoreTLS: true,
  ...(key ? { dkim: { domainName: 'thu.vinhan.test', keySelector: 'k', privateKey: fs.readFileSync(key, 'utf8') } } : {}),
});

let next = 0, taken = 0;
async function worker() {
  while (next < Number(count)) {
    const number = next++;
    const link = `https://vinhan.test/huy/ma-${number}`;
    await transport.sendMail({
      from: content.sender, to: `nguoi.${number}@vinhan.test`, subject: content.subject,
      envelope: { from: `hoi-am+${number}@thu.vinhan.test`, to: [`nguoi.${number}@vinhan.test`] },
      text: content.text.replace('{0}', `Người ${number}`).replace('{1}', link),
      textEncoding: 'quoted-printable',
      headers: { 'List-Unsubscribe': `<${link}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
                 'List-Id': '<canh-bao.vinhan.test>', Precedence: 'bulk' },
    });
    taken++;
  }
}

(async () => {
  const begun = performance.now(), before = process.cpuUsage();
  // 40 callers keep the pool's 10 connections busy.
  await Promise.all(Array.from({ length: 40 }, worker));
  const used = process.cpuUsage(before), took = (performance.now() - begun) / 1000;
  process.stdout.write(`${taken} ${took} ${(used.user + used.system) / 1e6}\n`, () => process.exit(0));
})();
