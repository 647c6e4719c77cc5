// SPDX-License-Identifier: Apache-2.0
// A mail server (RFC 5321) that can be made to fail as they do. Faults are given one after the other with `fault(name)`, each for the next connection:
//   greeting     it hangs up before it says who it is          450 550 ...  that answer to the recipient
//   lost         the message is taken, and the connection breaks before it says so
//   unsaid       the message is taken, and it never says so
//   silent       it says nothing, ever                              before     the message arrives, is not taken, and nothing is said
//   drip         the message is taken, and the answer comes a letter at a time
import net from 'node:net';

/** The attachments of a message as curl writes them: {filename: bytes}. */
export function attachments(text) {
  const boundary = /^Content-Type: multipart\/mixed; boundary=(.*)$/m.exec(text)[1].trim();
  const out = {};
  for (const part of text.split(`--${boundary}`)) {
    const name = /filename="([^"]*)"/.exec(part)?.[1];
    const at = part.indexOf('\r\n\r\n');
    if (name && at >= 0) out[name] = Buffer.from(part.slice(at + 4), 'base64');
  }
  return out;
}

export async function mailServer() {
  const faults = [];
  const messages = []; /* as taken: {from, to, text} */
  const sockets = new Set();
  const server = net.createServer((socket) => {
    const fault = faults.shift();
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    if (fault === 'greeting') return socket.destroy();
    if (fault === 'silent') return undefined;
    const drip = (line) => [...line].forEach((letter, i) => setTimeout(() => socket.writable && socket.write(letter), 700 * i).unref());
    const say = (line) => socket.write(`${line}\r\n`);
    let rest = '', data = false, from = '', to = [];
    const hear = (line) => {
      const word = line.slice(0, 4).toUpperCase();
      if (word === 'EHLO') say('250-receiver.example\r\n250 8BITMIME');
      else if (word === 'MAIL') from = line.slice(10), say('250 ok');
      else if (word === 'RCPT' && /^\d{3}$/.test(fault ?? '')) say(`${fault} made up`);
      else if (word === 'RCPT') to.push(/<(.*)>/.exec(line)[1]), say('250 ok');
      else if (word === 'DATA') data = true, say('354 go on');
      else if (word === 'QUIT') say('221 bye'), socket.end();
      else say('502 not known');
    };
    socket.setEncoding('utf8');
    socket.on('data', (text) => {
      rest += text;
      for (;;) {
        const end = rest.indexOf(data ? '\r\n.\r\n' : '\r\n');
        if (end < 0) return;
        const taken = rest.slice(0, end);
        rest = rest.slice(end + (data ? 5 : 2));
        if (!data) { hear(taken); continue; }
        data = false;
        if (fault === 'before') continue;
        messages.push({ from, to, text: taken.replace(/^\.\./gm, '.') });
        if (fault === 'lost') return socket.destroy();
        if (fault === 'unsaid') return;
        if (fault === 'drip') drip('250 taken\r\n');
        else say('250 taken');
      }
    });
    return say('220 receiver.example ESMTP');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `smtp://127.0.0.1:${server.address().port}`, messages, fault: (name) => faults.push(name),
    stop: () => new Promise((resolve) => { for (const s of sockets) s.destroy(); server.close(resolve); }),
  };
}
