#!/usr/bin/env python3
"""The table of strictness (tests/system/strict) against weir, nginx and haproxy: which rows each of them fails.

usage: strict.py [--only weir,nginx,haproxy] [--all] [--rows TEXT] [-v]

Each proxy gets its own backend, in this process, and runs the rows one after the other. Counted are the rows marked `must`: what an
RFC binds whoever forwards to. --all judges all rows (the others are choices that the RFCs leave, and rules of weir's own). --rows runs
those whose promise holds TEXT; -v tells what was seen. weir is run by WEIR='command with {conf}' (build/release/weir -c {conf}).

How a row is judged is written in tests/system/strict/README.md: where weir refuses, any 4xx or 5xx will do, or the end of the connection
without an answer, as long as the backend saw no whole request (of an answer: as long as no client could take it for whole). A proxy that
still waits after WAIT gets a FIN, and is judged by what became of that. Host is compared without its port, Via and Allow by being there.
"""
import argparse, os, re, shutil, socket, struct, subprocess, sys, tempfile, threading, time

HERE = os.path.dirname(os.path.abspath(__file__))
TABLE = os.path.join(HERE, '..', 'tests', 'system', 'strict')
WAIT, SAW, QUIET = 0.7, 0.4, 0.02   # seconds: for an answer; for the client to see a byte of one that will be cut; for stray bytes
GET = b'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
OK = b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
BY_NAME = ('via', 'allow')   # each proxy says something of its own there


# ---- The table ---------------------------------------------------------------------------------------------------

def unescape(text):
    out, i = b'', 0
    while i < len(text):
        c = text[i]
        if c != '\\': out += c.encode('latin-1'); i += 1; continue
        c = text[i + 1]; i += 2
        if c == 'x': out += bytes([int(text[i:i + 2], 16)]); i += 2
        elif c == '{':
            end = text.index('}', i); n, _, once = text[i:end].partition(':'); out += unescape(once) * int(n); i = end + 1
        else: out += {'r': b'\r', 'n': b'\n', 't': b'\t', '0': b'\0'}.get(c, c.encode())
    return out


class Row:
    def __init__(self, table, line, promise):
        self.table, self.line, self.promise, self.level = table, line, promise, ''
        self.sent = self.answer = self.sight = None
        self.settings, self.forbidden, self.requests, self.answers, self.none, self.cut = set(), [], [], [], False, False

    def take(self, sigil, rest):
        if sigil == '@': self.level = rest.rsplit(', ', 1)[1]
        elif sigil == '!': self.settings = set(rest.split())
        elif sigil == '>': self.sent = (self.sent or b'') + unescape(rest)
        elif sigil == '<': self.answer = (self.answer or b'') + unescape(rest)
        elif sigil == '-': self.forbidden.append(unescape(rest))
        elif sigil == '~': self.expect(rest, self.requests)
        elif sigil == '=': self.expect(rest, self.answers)

    def expect(self, rest, to):
        word, _, more = rest.partition(' ')
        if word in ('has', 'lacks', 'body', 'trailer', 'untrailed', 'interim'): to[-1][1].append((word, more))
        elif word == 'connections': pass
        elif to is self.requests and rest in ('nothing', 'cut'): self.sight = rest
        elif to is self.requests: to.append((unescape(rest).decode('latin-1'), []))
        elif word == 'none': self.none = True
        else: to.append((word, [])); self.cut = 'cut' in more.split()


def read_table(name):
    rows = []
    for n, line in enumerate(open(os.path.join(TABLE, name), encoding='latin-1'), 1):
        line = line.rstrip('\n')
        if line.startswith('# '): rows.append(Row(name, n, line[2:]))
        elif line and line[0] != ';': rows[-1].take(line[0], line[2:])
    for row in rows:
        if row.sent is None: row.sent = GET
        if row.answer is None: row.answer = OK
    return rows


# ---- Messages ----------------------------------------------------------------------------------------------------

class Message:
    def __init__(self, head):
        lines = head.split(b'\r\n')
        self.line, self.fields, self.trailers, self.body, self.interim, self.whole = lines[0].decode('latin-1'), self.parse(lines[1:]), [], b'', [], False

    @staticmethod
    def parse(lines):
        return [(n.decode('latin-1').lower(), v.strip(b' \t')) for n, _, v in (l.partition(b':') for l in lines if l)]

    def values(self, name):
        return [v for n, v in self.fields if n == name]

    def status(self):
        m = re.match(r'HTTP/1\.\d (\d{3})', self.line)
        return int(m[1]) if m else 0


def take_chunks(data, message):
    """The rest behind a chunked body; None where it is not whole. As a lenient peer would read it."""
    while True:
        line, mark, rest = data.partition(b'\r\n')
        if not mark: return None
        m = re.match(rb'[0-9a-fA-F]+', line)
        if not m: raise ValueError(f'no chunk size: {line[:40]!r}')
        size = int(m[0], 16)
        if size == 0: break
        if len(rest) < size + 2: return None
        message.body += rest[:size]; data = rest[size + 2:]
    if rest.startswith(b'\r\n'): return rest[2:]
    lines, mark, rest = rest.partition(b'\r\n\r\n')
    if not mark: return None
    message.trailers = Message.parse(lines.split(b'\r\n'))
    return rest


def take_request(data):
    """(message, rest) of a whole request; None where there is none."""
    head, mark, rest = data.partition(b'\r\n\r\n')
    if not mark: return None
    m = Message(head); length = m.values('content-length')
    if any(b'chunked' in v.lower() for v in m.values('transfer-encoding')):
        rest = take_chunks(rest, m)
        return None if rest is None else (m, rest)
    n = int(length[0]) if length and length[0].isdigit() else 0
    if len(rest) < n: return None
    m.body = rest[:n]
    return m, rest[n:]


def take_answers(data, method, ended):
    """What a client makes of the bytes: (answers, rest); `ended`: '' | 'fin' | 'rst'."""
    answers, interim = [], []
    while data:
        head, mark, rest = data.partition(b'\r\n\r\n')
        if not mark: break
        m = Message(head); status = m.status()
        if not status: break
        if status < 200 and status != 101: interim.append(str(status)); data = rest; continue
        m.interim, interim = interim, []
        answers.append(m); length = m.values('content-length')
        if method == 'HEAD' or status in (204, 304, 101): m.whole = True
        elif any(b'chunked' in v.lower() for v in m.values('transfer-encoding')):
            try: rest = take_chunks(rest, m)
            except ValueError: rest = None
            if rest is None: return answers, b''
            m.whole = True
        elif length:
            n = int(length[0]) if length[0].isdigit() else 0
            m.body, m.whole, rest = rest[:n], len(rest) >= n, rest[n:]
        else: m.body, m.whole, rest = rest, ended == 'fin', b''
        data = rest
    return answers, data


# ---- The backend and the client ----------------------------------------------------------------------------------

def reset(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0)); s.close()


class Backend:
    def __init__(self):
        self.listener = socket.create_server(('127.0.0.1', 0), backlog=64)
        self.port, self.lock, self.row = self.listener.getsockname()[1], threading.Lock(), None
        threading.Thread(target=self.accept, daemon=True).start()

    def begin(self, row):
        with self.lock: self.row, self.requests, self.raw, self.problem, self.saw, self.byte = row, [], b'', '', threading.Event(), threading.Event()

    def accept(self):
        while True:
            s, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(s,), daemon=True).start()

    def serve(self, s):
        data = b''
        try:
            while True:
                more = s.recv(65536)
                if not more: return s.close()
                data += more
                with self.lock:
                    row, own = self.row, b'/fence' in more
                    if not own: self.raw += more
                    self.byte.set()
                while not self.answer(s, row, *self.note(data, own)):
                    data = self.rest
        except OSError: s.close()

    def note(self, data, own):
        with self.lock:
            try: found = take_request(data)
            except ValueError as e:
                self.problem = str(e); found = None
            if not found: return None, own
            message, self.rest = found
            if not own: self.requests.append(message)
            return message, own

    def answer(self, s, row, message, own):
        """True where no whole request is left."""
        if message is None: return True
        s.sendall(OK if own else row.answer)
        ends = '' if own else 'fin' if 'origin=fin' in row.settings else 'rst' if 'origin=rst' in row.settings else ''
        if not ends: return False
        if row.cut: self.saw.wait(SAW)
        if ends == 'rst': reset(s)
        else: s.close()
        raise OSError('over')


class Talk:
    """One row, as its client sees it."""
    def __init__(self, row, port, backend):
        self.row, self.data, self.ended, self.s, self.backend = row, b'', '', socket.create_connection(('127.0.0.1', port)), backend
        self.method = row.sent.split(b' ')[0].decode('latin-1')
        self.s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try: self.run()
        finally: self.s.close()
        self.answers, self.left = take_answers(self.data, self.method, self.ended)

    def read(self, wait):
        self.s.settimeout(wait)
        try: more = self.s.recv(65536)
        except TimeoutError: return False
        except OSError: more, self.ended = b'', 'rst'
        if not more and not self.ended: self.ended = 'fin'
        if more: self.data += more; self.backend.saw.set()
        return bool(more)

    def have(self, count):
        answers, _ = take_answers(self.data, self.method, self.ended)
        return len([m for m in answers if m.whole]) >= count

    def run(self):
        row = self.row
        for turn in range(2 if 'twice' in row.settings else 1):
            try: self.s.sendall(row.sent)
            except OSError: pass
            if 'client=rst' in row.settings:
                self.backend.byte.wait(SAW); self.ended = 'rst'
                return reset(self.s)
            if 'client=fin' in row.settings: self.s.shutdown(socket.SHUT_WR)
            count, end = max(1, len(row.answers)) * (turn + 1), time.monotonic() + WAIT
            while not self.ended and not self.have(count) and time.monotonic() < end: self.read(max(0.01, end - time.monotonic()))
        while not self.ended and self.read(QUIET): pass
        if self.ended or self.have(1): return
        try: self.s.shutdown(socket.SHUT_WR)
        except OSError: pass
        while not self.ended and self.read(SAW): pass


# ---- The verdict -------------------------------------------------------------------------------------------------

def lacks(message, checks, stray):
    """What does not hold of a message."""
    out = []
    for word, more in checks:
        name, _, value = more.partition(':')
        name, value = name.lower(), unescape(value[1:])
        values = [v for n, v in (message.trailers if word in ('trailer', 'untrailed') else message.fields) if n == name]
        if name == 'host': values, value = [re.sub(rb':\d*$', b'', v) for v in values], re.sub(rb':\d*$', b'', value)
        if word in ('has', 'trailer'): good = bool(values) if name in BY_NAME or name.startswith('x-forwarded') else value in values or any(value in v.split(b', ') for v in values)
        elif word in ('lacks', 'untrailed'): good = not values
        elif word == 'interim': good = message.interim == more.split()
        else: good = message.body == unescape(more) and not stray
        if not good: out.append(f'{word} {more}'.rstrip())
    return out


def judge(row, talk, backend):
    """Why the row is failed; '' where it is passed."""
    statuses, whole = [m.status() for m in talk.answers], backend.requests
    for bytes_ in row.forbidden:
        if bytes_ in (backend.raw if row.table == 'requests.txt' else talk.data): return f'got through: {bytes_!r}'
    last = row.answers[-1][0] if row.answers else ''
    refuses = last >= '400' or row.none
    if row.table == 'requests.txt' and (refuses or row.sight):
        if backend.problem: return f'passed on: {backend.problem}'
        if row.forbidden: return ''
        if len(whole) > len(row.requests): return f'passed on: {whole[-1].line!r}'
        if row.sight and not refuses: return ''
        return f'answered {statuses}' if statuses and statuses[-1] < 400 and len(statuses) >= len(row.answers) else ''
    if row.table == 'responses.txt' and (refuses or row.cut):
        if row.forbidden: return ''
        taken = [m for m in talk.answers if m.whole and m.status() < 400]
        return f'taken for whole: {taken[0].line!r}' if taken else ''
    if row.forbidden: return ''
    expected = row.answers * (2 if 'twice' in row.settings else 1)
    if [str(s) for s in statuses[:len(expected)]] != [what for what, _ in expected]: return f'answered {statuses or "nothing"}'
    if not all(m.whole for m in talk.answers): return 'an answer that is not whole'
    out = [x for (_, checks), m in zip(expected, talk.answers) for x in lacks(m, checks, talk.left)]
    if len(whole) != len(row.requests) and row.requests and 'twice' not in row.settings: out.append(f'the backend saw {[m.line for m in whole]}')
    for (line, checks), m in zip(row.requests, whole):
        if not m.line.startswith(line + ' '): out.append(f'the backend saw {m.line!r}')
        out += lacks(m, checks, b'')
    return '; '.join(out)


# ---- The proxies -------------------------------------------------------------------------------------------------

def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def conf_weir(port, backend, d):
    return f'''listen: "127.0.0.1:{port}"
workers: 1
access_log: off
error_log: {{level: error}}
limits: {{uri: 1k, header_size: 4k, headers: 50, body: 10k}}
upstreams: {{app: {{endpoints: ["127.0.0.1:{backend}"], retry: {{attempts: 1}}}}}}
routes: [{{path: /trace, upstream: app, trace: on}}, {{upstream: app}}]
''', os.environ.get('WEIR', os.path.join(HERE, '..', 'build/release/weir') + ' -c {conf}').split()


def conf_nginx(port, backend, d):
    return f'''daemon off; worker_processes 1; pid {d}/pid; error_log {d}/error.log crit;
events {{ worker_connections 512; }}
http {{ access_log off; client_body_temp_path {d}/b; proxy_temp_path {d}/p; fastcgi_temp_path {d}/f; uwsgi_temp_path {d}/u; scgi_temp_path {d}/s;
client_max_body_size 10k; client_header_timeout 3s; client_body_timeout 3s;
upstream app {{ server 127.0.0.1:{backend}; keepalive 8; }}
server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://app; proxy_http_version 1.1; proxy_next_upstream off; proxy_read_timeout 3s;
proxy_set_header Connection ""; proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto $scheme; }} }} }}
''', ['nginx', '-p', d, '-c', '{conf}']


def conf_haproxy(port, backend, d):
    return f'''global
 nbthread 1
defaults
 mode http
 timeout client 3s
 timeout server 3s
 timeout connect 3s
 retries 0
 option forwardfor
frontend f
 bind 127.0.0.1:{port}
 default_backend b
backend b
 server s 127.0.0.1:{backend}
''', ['haproxy', '-db', '-f', '{conf}']


class Proxy:
    def __init__(self, name, directory):
        self.name, self.backend, self.port, d = name, Backend(), free_port(), os.path.join(directory, name)
        os.mkdir(d)
        text, command = globals()['conf_' + name](self.port, self.backend.port, d)
        conf = os.path.join(d, 'conf')
        open(conf, 'w').write(text)
        self.backend.begin(Row('', 0, ''))
        self.process = subprocess.Popen([w.replace('{conf}', conf) for w in command], stdout=open(d + '/out', 'w'), stderr=subprocess.STDOUT)
        for _ in range(200):
            try: return socket.create_connection(('127.0.0.1', self.port)).close()
            except OSError: time.sleep(0.05)
        sys.exit(f'{name} does not listen: ' + open(d + '/out').read())

    def fence(self):
        """What was done before is over, and the backend has noted it."""
        with socket.create_connection(('127.0.0.1', self.port)) as s:
            s.settimeout(3); s.sendall(b'GET /fence HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
            while s.recv(65536): pass

    def run(self, rows, verbose):
        self.failed = []
        for row in rows:
            self.backend.begin(row)
            talk = Talk(row, self.port, self.backend)
            try: self.fence()
            except OSError as e: print(f'{self.name}: no fence behind {row.table}:{row.line}: {e}', file=sys.stderr)
            why = judge(row, talk, self.backend)
            if verbose: print(f'{self.name} {row.table}:{row.line} {row.promise}\n  {why or "well"}\n  came back {talk.data[:300]!r} {talk.ended}\n  backend {self.backend.raw[:300]!r}')
            if why: self.failed.append((row, why))

    def stop(self):
        self.process.terminate()
        try: self.process.wait(5)
        except subprocess.TimeoutExpired: self.process.kill()


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--only', default='weir,nginx,haproxy')
    p.add_argument('--all', action='store_true')
    p.add_argument('--rows', default='')
    p.add_argument('-v', action='store_true')
    a = p.parse_args()
    rows = [r for t in ('requests.txt', 'responses.txt') for r in read_table(t) if (a.all or r.level == 'must') and a.rows in r.promise]
    directory = tempfile.mkdtemp(prefix='strict-')
    os.chmod(directory, 0o755)
    proxies = []
    try:
        for name in a.only.split(','): proxies.append(Proxy(name, directory))
        threads = [threading.Thread(target=x.run, args=(rows, a.v)) for x in proxies]
        for t in threads: t.start()
        for t in threads: t.join()
    finally:
        for x in proxies: x.stop()
        shutil.rmtree(directory, True)
    of = {t: len([r for r in rows if r.table == t]) for t in ('requests.txt', 'responses.txt')}
    print('| | requests failed of %d | responses failed of %d |\n|---|---|---|' % tuple(of.values()))
    for x in proxies: print(f'| {x.name} | ' + ' | '.join(str(len([r for r, _ in x.failed if r.table == t])) for t in of) + ' |')
    for x in proxies:
        if x.failed: print(f'\n{x.name}:')
        for row, why in x.failed: print(f'- {row.table}:{row.line}: {row.promise}: {why}')


if __name__ == '__main__':
    main()
