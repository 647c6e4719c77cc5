// SPDX-License-Identifier: Apache-2.0
// A host on loopback: its abuse desk's mailbox over real SMTP (RFC 5321), and the web server that has what it was notified of. With faults.
//
//   const host = await startHost();
//   host.pages.set('/a', 'bytes');            // GET /a gives them; a number: that status; a function answers itself; 'redirect', 'cut', 'drop', 'drip': how it fails
//   host.mail.push('lost', 451);              // the next message is taken but its answer never comes; the one after: try later
//   host.inbox                                // [{ to, headers: Map, text }]
import http from 'node:http';
import { createServer } from 'node:net';

const listen = (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));

function read(raw) {
  const [head, ...rest] = raw.split('\r\n\r\n');
  const headers = new Map(head.replace(/\r\n[ \t]+/g, ' ').split('\r\n').map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
  let body = rest.join('\r\n\r\n');
  const bytes = (text) => (/^content-transfer-encoding: *base64/im.test(raw) ? Buffer.from(text, 'base64').toString() : text);
  const boundary = /boundary="?([^";\r\n]+)/i.exec(raw)?.[1];
  if (boundary) body = body.split(`--${boundary}`).map((part) => part.split('\r\n\r\n').slice(1).join('\r\n\r\n')).find((part) => part.trim()) ?? '';
  const quoted = /quoted-printable/i.test(raw) ? Buffer.from(body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))), 'latin1').toString() : null;
  return { headers, text: (quoted ?? bytes(body)).replace(/\r\n/g, '\n') };
}

function mailbox(host) {
  return createServer((socket) => {
    let buffer = '', data = false, to = '';
    const say = (line) => socket.write(`${line}\r\n`);
    socket.on('error', () => {});
    say('220 host.example ESMTP');
    socket.on('data', (bytes) => {
      buffer += bytes;
      for (;;) {
        const end = buffer.indexOf(data ? '\r\n.\r\n' : '\r\n');
        if (end < 0) return;
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + (data ? 5 : 2));
        if (data) {
          data = false;
          const fault = host.mail.shift();
          if (typeof fault === 'number') { say(`${fault} no`); continue; }
          host.inbox.push({ to, ...read(line.replace(/^\.\./gm, '.')) });
          if (fault === 'lost') { socket.destroy(); return; }
          say('250 taken');
        } else if (/^EHLO/i.test(line)) say('250 host.example');
        else if (/^RCPT TO:<(.*)>/i.test(line)) { to = /<(.*)>/.exec(line)[1]; say('250 ok'); }
        else if (/^DATA/i.test(line)) { data = true; say('354 go on'); }
        else if (/^QUIT/i.test(line)) { say('221 bye'); socket.end(); }
        else say('250 ok');
      }
    });
  });
}

function site(host) {
  return http.createServer((request, response) => {
    const page = host.pages.get(request.url) ?? 404;
    host.asked.push(`${request.method} ${request.url}`);
    if (typeof page === 'function') page(request, response);
    else if (typeof page === 'number') response.writeHead(page).end('x');
    else if (page === 'redirect') response.writeHead(302, { location: `${host.url}/a` }).end();
    else if (page === 'drop') request.socket.destroy();
    else if (page === 'cut') { response.writeHead(200, { 'content-length': 1000 }); response.write('some'); setTimeout(() => request.socket.destroy(), 50); }
    else if (page === 'drip') { response.writeHead(200); const drops = setInterval(() => response.write('s'), 50); request.socket.on('close', () => clearInterval(drops)); }
    else response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(page);
  });
}

export async function startHost() {
  const host = { pages: new Map(), mail: [], inbox: [], asked: [] };
  const web = site(host), box = mailbox(host);
  host.url = `http://127.0.0.1:${await listen(web)}`;
  host.smtp = `smtp://127.0.0.1:${await listen(box)}`;
  host.stop = () => { web.closeAllConnections(); web.close(); box.close(); };
  for (const server of [web, box]) server.unref();
  return host;
}
