#!/usr/bin/env python3
"""What clients see of a backend's faults: weir beside nginx and haproxy, three backends, one of them faulty.

usage: faults.py [--proxy NAME,...] [--only FAULT,...] [--kind KIND,...] [--rounds N] [--no-checks] [--json FILE] ...

  faults  kill        the backend's process is killed (-9) under load, and revived later
          refuse      nothing listens, from the start
          blackhole   connects hang, from the start (a listener that never accepts, with a full queue)
          stall       requests are read and never answered
          stallbody   half of the answer, then nothing
          reset       the connection is reset once the request was read
          resetbody   half of the answer, then a reset
          5xx         a burst of 503
          slow        ten times as slow
          flap        down and up again every 300 ms, as a process in a crash loop
          dns         one of the three addresses of the backends' name is replaced; the old one goes after 2.5 s (TTL 1 s)
  kinds   get     GET, answered with 8 KiB and a Content-Length
          post    POST of 2 KiB, answered with a digest of what was received
          stream  GET, answered in six chunks, 10 ms apart
          tunnel  websocket: handshake, then three frames there and back, 10 ms each

A cell is one fault and one kind. In each, all proxies run side by side, freshly started, each with backends and a load of its own:
8 clients (--clients) over keep-alive connections, a fixed number of requests at a bounded pace. The fault begins at a fifth of the requests and
ends (but for refuse, blackhole, flap, dns) at seven tenths; it is switched by the count of requests, so every proxy has the same number
of them in it. stall, reset and slow befall health checks too; behind stallbody, resetbody and 5xx the backend's /healthz stays well.

Counted are errors that a client sees: no answer, an answer cut short or wrong, a status of 500 or more, nothing within the client's
patience (5 s; 3 s for a handshake, 1 s for a frame). A POST that a backend carried out twice is worse than an error and is counted apart, as `dup`. A 503 of
the backend to a POST in the 5xx row is no error: it may not be sent again, and was passed on as it should be; it is counted as `passed`.
`of N` behind errors of kill and flap: so many requests were in the faulty backend's hands when it went (POSTs carried out, answers and
tunnels begun): nobody can hide those. A dns cell in which the new address never got a request is marked `never moved`.

Printed is a Markdown table: ERRORS, then p99 / slowest in ms; below it what the errors were. Configurations: bench/faults/. weir is run by
WEIR='command with {conf}' (build/release/weir -c {conf}). --no-checks takes the health checks out of weir's configuration (haproxy
always has them, nginx has none). --keep DIR keeps configurations and logs. Needs nginx, haproxy and, for dns, dnsmasq.
"""
import argparse, asyncio, base64, ctypes, hashlib, json, logging, os, random, re, select, shutil, signal, socket, struct, subprocess, sys, tempfile
import threading, time

HERE = os.path.dirname(os.path.abspath(__file__))
FAULTS = 'kill refuse blackhole stall stallbody reset resetbody 5xx slow flap dns'.split()
KINDS = 'get post stream tunnel'.split()
PROXIES = 'nginx haproxy weir'.split()

REQUESTS = {'get': 400, 'post': 400, 'stream': 200, 'tunnel': 160}   # of a cell
GAP = {'get': 0.004, 'post': 0.004, 'stream': 0.008, 'tunnel': 0.008}   # seconds between two requests, over all clients
LONGER = {'flap': 1.5, 'dns': 3}   # needs more time, so more requests
PATIENCE, PATIENCE_TUNNEL, PATIENCE_FRAME = 5, 3, 1   # seconds that a client waits for the next bytes; for a handshake; for a frame
CELL_TIMEOUT = 25   # seconds until a load is broken off
SERVICE, SLOW = 0.010, 10   # seconds that a backend takes; times slower
PIECES = 6
SEEN = struct.Struct('<BBxxI')   # what a backend notes of a request: the backend's index, one of these, the number
CAME, BEGUN, ENDED = range(3)   # BEGUN: carried out (POST), or its answer's head was sent: no proxy can take it elsewhere
GUID = b'258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
BURST = b'burst of 503\n'


def answer_body(n):
    return b'%07d\n' % n * 1024


def piece(n, k):
    return b'%07d %05d.\n' % (n, k) * 68


def post_body(n):
    return random.Random(n).randbytes(2048)


def digest(n, body):
    return b'%d %s\n' % (n, hashlib.sha256(body).hexdigest().encode())


def die_with_parent(sig):
    """No process of ours outlives who started it, whatever happens to that one (Linux: PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, sig)


# ---- The backend: one process, asyncio ---------------------------------------------------------------------------

class Fault(Exception):
    """The connection is to be reset."""


class Backend:
    """Serves all kinds on a socket address; commands come as lines on `control`, each is acknowledged by a byte."""

    def __init__(self, index, address, control, seen, fault, flaps):
        self.index, self.address, self.control, self.seen, self.fault, self.flaps = index, address, control, seen, fault, flaps
        self.on, self.server, self.writers, self.task = False, None, set(), None

    async def run(self):
        if self.fault != 'blackhole': await self.listen()
        else: self.swallow_connects()
        loop, done = asyncio.get_running_loop(), asyncio.Event()

        def command():
            word = self.control.recv(1)
            if not word: return done.set()
            self.switch(word == b'1')
            self.control.send(b'.')
        loop.add_reader(self.control, command)
        self.control.send(b'.')
        await done.wait()

    def switch(self, on):
        self.on = on
        if self.fault == 'flap' and on: self.task = asyncio.get_running_loop().create_task(self.flap())
        if self.fault == 'dns' and on: self.task = asyncio.get_running_loop().create_task(self.leave())

    async def listen(self):
        self.server = await asyncio.start_server(self.serve, *self.address, reuse_address=True, backlog=512)

    def swallow_connects(self):
        self.hole = socket.socket()
        self.hole.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.hole.bind(self.address)
        self.hole.listen(0)
        self.fill = [socket.socket() for _ in range(3)]
        for s in self.fill:
            s.setblocking(False)
            s.connect_ex(self.address)
        time.sleep(0.02)

    def down(self):
        self.server.close()
        for w in list(self.writers): w.transport.abort()

    async def flap(self):
        for _ in range(self.flaps):
            self.down()
            await asyncio.sleep(0.3)
            await self.listen()
            await asyncio.sleep(0.3)

    async def leave(self):
        await asyncio.sleep(2.5)
        self.down()

    async def serve(self, reader, writer):
        self.writers.add(writer)
        try:
            while await self.exchange(reader, writer): pass
        except Fault:
            writer.get_extra_info('socket').setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
            writer.transport.abort()
        except (OSError, EOFError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.writers.discard(writer)
            writer.close()

    def has(self, *faults):
        return self.on and self.fault in faults

    async def exchange(self, reader, writer):
        head = (await reader.readuntil(b'\r\n\r\n')).decode('latin-1')
        method, path, _ = head.split(' ', 2)
        fields = {k.lower(): v for k, v in re.findall(r'(?m)^([\w-]+):[ \t]*(.*?)\r$', head)}
        body = await reader.readexactly(int(fields.get('content-length', 0)))
        _, kind, *rest = path.split('/')
        number = int(rest[0]) if rest else -1
        if number >= 0: self.note(BEGUN if method == 'POST' else CAME, number)
        if self.has('stall'): await asyncio.sleep(3600)
        if self.has('reset'): raise Fault
        await asyncio.sleep(SERVICE * (SLOW if self.has('slow') else 1))
        if kind == 'healthz': writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n')
        elif self.has('5xx'): writer.write(b'HTTP/1.1 503 Service Unavailable\r\nContent-Length: %d\r\n\r\n%s' % (len(BURST), BURST))
        elif kind == 'stream': await self.stream(writer, number)
        elif kind == 'tunnel': return await self.tunnel(reader, writer, number, fields['sec-websocket-key'])
        else: await self.whole(writer, digest(number, body) if method == 'POST' else answer_body(number))
        await writer.drain()
        if number >= 0: self.note(ENDED, number)
        return True

    def note(self, what, number):
        os.write(self.seen, SEEN.pack(self.index, what, number))

    async def whole(self, writer, body):
        half = b'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n' % len(body) + body[:len(body) // 2]
        writer.write(half)
        await self.break_in_body(writer)
        writer.write(body[len(body) // 2:])

    async def stream(self, writer, number):
        writer.write(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
        self.note(BEGUN, number)
        for k in range(PIECES):
            if k == PIECES // 2: await self.break_in_body(writer)
            if k: await asyncio.sleep(SERVICE * (SLOW if self.has('slow') else 1))
            bytes = piece(number, k)
            writer.write(b'%x\r\n%s\r\n' % (len(bytes), bytes))
        writer.write(b'0\r\n\r\n')

    async def break_in_body(self, writer):
        if not self.has('stallbody', 'resetbody'): return
        await writer.drain()
        await asyncio.sleep(0.02 if self.fault == 'resetbody' else 3600)
        raise Fault

    async def tunnel(self, reader, writer, number, key):
        accept = base64.b64encode(hashlib.sha1(key.encode() + GUID).digest())
        writer.write(b'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
                     b'Sec-WebSocket-Accept: %s\r\n\r\n' % accept)
        self.note(BEGUN, number)
        for k in range(100):
            first, length = await reader.readexactly(2)
            mask = await reader.readexactly(4)
            text = bytes(b ^ mask[i % 4] for i, b in enumerate(await reader.readexactly(length & 127)))
            if k == 1: await self.break_in_body(writer)
            await asyncio.sleep(SERVICE * (SLOW if self.has('slow') else 1))
            writer.write(bytes([first, len(text)]) + text)
            await writer.drain()
            if first & 15 == 8:
                self.note(ENDED, number)
                return False
        return False


class BackendProcess:
    """A forked backend. `wait` makes one that listens only when revive() is called: forked early, while this process has one thread."""

    def __init__(self, index, address, seen, fault='', flaps=0, wait=False):
        self.control, theirs = socket.socketpair()
        self.gate = os.pipe()
        self.pid = os.fork()
        if self.pid == 0: self.child(index, address, theirs, seen, fault, flaps)
        theirs.close()
        os.close(self.gate[0])
        if not wait: self.revive()

    def child(self, *backend):
        try:
            die_with_parent(signal.SIGKILL)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            self.control.close()
            os.close(self.gate[1])
            logging.disable(logging.CRITICAL)   # asyncio's, of connections that the other side left
            if os.read(self.gate[0], 1): asyncio.run(Backend(*backend).run())
        except BaseException as e:
            print('backend:', repr(e), file=sys.stderr)
        finally:
            os._exit(0)

    def revive(self):
        os.write(self.gate[1], b'!')
        self.acknowledged()

    def acknowledged(self):
        self.control.settimeout(5)
        if self.control.recv(1) != b'.': raise OSError('a backend did not start')

    def switch(self, on):
        self.control.send(b'1' if on else b'0')
        self.acknowledged()

    def kill(self):
        if not self.pid: return
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self.pid = 0


class Ports:
    """Ports that the kernel picked, held by bound sockets that do not listen: connects are refused, nobody else gets them."""

    def __init__(self):
        self.held = []

    def pick(self, host='127.0.0.1', port=0, kind=socket.SOCK_STREAM):
        s = socket.socket(type=kind)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((host, port))
        self.held.append(s)
        return s.getsockname()[1]

    def pick_for_all(self, hosts):
        for _ in range(50):
            port = self.pick(hosts[0])
            try:
                for host in hosts[1:]: self.pick(host, port)
                return port
            except OSError: pass
        raise OSError('no port is free on all of ' + ' '.join(hosts))

    def pick_free(self, kinds=(socket.SOCK_STREAM,)):
        """One that is not held any more, for a program that would not share it."""
        before = len(self.held)
        port = self.pick(kind=kinds[0])
        for kind in kinds[1:]: self.pick(port=port, kind=kind)
        for s in self.held[before:]: s.close()
        del self.held[before:]
        return port


# ---- Programs ----------------------------------------------------------------------------------------------------

def children(pid):
    try: return [int(c) for t in os.listdir(f'/proc/{pid}/task') for c in open(f'/proc/{pid}/task/{t}/children').read().split()]
    except OSError: return []


class Program:
    """A program that was started by us, and is ended by us."""

    def __init__(self, command, log):
        out = open(log, 'w')
        self.log = log
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
                                        preexec_fn=lambda: die_with_parent(signal.SIGTERM))

    def wait_listen(self, port, seconds=8):
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            if any(f':{port:04X} 00000000:0000 0A ' in line for line in open('/proc/net/tcp')): return
            time.sleep(0.01)
        raise OSError('did not start: ' + ' '.join(open(self.log).read()[-300:].split()))

    def stop(self):
        pids = [self.process.pid] + children(self.process.pid)
        for sig, seconds in ((signal.SIGTERM, 2), (signal.SIGKILL, 2)):
            for pid in pids:
                try: os.kill(pid, sig)
                except OSError: pass
            end = time.monotonic() + seconds
            while time.monotonic() < end and (self.process.poll() is None or any(os.path.exists(f'/proc/{p}') for p in pids[1:])):
                time.sleep(0.01)
            if self.process.poll() is not None: return


def fill(template, to, **values):
    text = open(os.path.join(HERE, 'faults', template)).read()
    for name, value in values.items(): text = text.replace('{%s}' % name, str(value))
    with open(to, 'w') as f: f.write(text)
    return to


def command_nginx(a, d, port, backends, dns, backend_port):
    servers = '\n    '.join(f'server {h}:{p} max_fails=3 fail_timeout=10s;' for h, p in backends)
    conf = fill('nginx-dns.conf' if dns else 'nginx.conf', d + '/nginx.conf', dir=d, port=port, servers=servers, dns=dns,
                backend_port=backend_port, user='user root;' if os.geteuid() == 0 else '', balance='least_conn;' if a.balance == 'least_conn' else '')
    return ['nginx', '-p', d, '-e', d + '/start.log', '-c', conf]


def command_haproxy(a, d, port, backends, dns, backend_port):
    servers = [f'  server b{i} {h}:{p}' for i, (h, p) in enumerate(backends)]
    if dns: servers = [f'  server-template b 4 app.test:{backend_port} resolvers lab resolve-prefer ipv4 init-addr none']
    resolvers = (f'resolvers lab\n  nameserver local 127.0.0.1:{dns}\n  timeout resolve 1s\n  timeout retry 1s\n  hold valid 1s\n'
                 '  hold obsolete 0s\n') if dns else ''
    conf = fill('haproxy.cfg', d + '/haproxy.cfg', port=port, servers='\n'.join(servers), resolvers=resolvers,
                balance='leastconn' if a.balance == 'least_conn' else 'roundrobin')
    return ['haproxy', '-db', '-f', conf]


def command_weir(a, d, port, backends, dns, backend_port):
    endpoints = ', '.join(f'"{h}:{p}"' for h, p in backends) if not dns else f'"app.test:{backend_port}"'
    checks = 'health_check: {path: /healthz, interval: 1s, timeout: 1s, rise: 2, fall: 2}' if a.checks else ''
    conf = fill('weir.yaml', d + '/weir.yaml', port=port, endpoints=endpoints, checks=checks,
                resolver=f'resolver: {{servers: ["127.0.0.1:{dns}"], ttl_min: 1s}}' if dns else '',
                balance='balance: least_conn' if a.balance == 'least_conn' else '')
    return os.environ.get('WEIR', 'build/release/weir -c {conf}').replace('{conf}', conf).split()


COMMANDS = {'nginx': command_nginx, 'haproxy': command_haproxy, 'weir': command_weir}


class Names:
    """dnsmasq, answering app.test with what set() wrote last; TTL 1 s."""

    def __init__(self, cell):
        d, self.hosts = cell.dir, cell.dir + '/hosts'
        self.port = cell.ports.pick_free((socket.SOCK_STREAM, socket.SOCK_DGRAM))
        self.write([])
        user = ['--user=root'] if os.geteuid() == 0 else []
        self.program = cell.program(['dnsmasq', '--keep-in-foreground', '--conf-file=/dev/null', '--no-resolv', '--no-hosts', '--local=/test/',
                                '--addn-hosts=' + self.hosts, '--local-ttl=1', '--listen-address=127.0.0.1', '--bind-interfaces',
                                f'--port={self.port}', '--pid-file=' + d + '/dnsmasq.pid', '--log-facility=-', '--log-queries', *user], 'dnsmasq.log')
        self.program.wait_listen(self.port)

    def write(self, addresses):
        with open(self.hosts + '.new', 'w') as f: f.writelines(f'{a} app.test\n' for a in addresses)
        os.chmod(self.hosts + '.new', 0o644)
        os.rename(self.hosts + '.new', self.hosts)

    def set(self, addresses):
        self.write(addresses)
        os.kill(self.program.process.pid, signal.SIGHUP)


# ---- The load ----------------------------------------------------------------------------------------------------

class Broken(Exception):
    """What went wrong with an answer, in a word or two."""


class Client:
    """One client with its keep-alive connection. ask() gives the status, or raises Broken; the connection is then a new one."""

    def __init__(self, port):
        self.port, self.socket, self.bytes = port, None, b''

    def close(self):
        if self.socket: self.socket.close()
        self.socket, self.bytes = None, b''

    def more(self, began):
        try: data = self.socket.recv(65536)
        except socket.timeout: raise Broken('nothing came')
        except OSError: raise Broken('cut' if began else 'no answer')
        if not data: raise Broken('cut' if began else 'no answer')
        self.bytes += data

    def take(self, length):
        while len(self.bytes) < length: self.more(True)
        taken, self.bytes = self.bytes[:length], self.bytes[length:]
        return taken

    def line(self):
        while b'\r\n' not in self.bytes: self.more(True)
        line, self.bytes = self.bytes.split(b'\r\n', 1)
        return line

    def ask(self, kind, number):
        try:
            if not self.socket: self.socket = socket.create_connection(('127.0.0.1', self.port), 5)
            self.socket.settimeout(PATIENCE if kind != 'tunnel' else PATIENCE_TUNNEL)
            self.socket.sendall(self.request(kind, number))
        except OSError:
            self.close()
            raise Broken('no connection')
        try: return self.answer(kind, number)
        except Broken:
            self.close()
            raise
        except OSError:
            self.close()
            raise Broken('no answer')

    def request(self, kind, number):
        head = f'{"POST" if kind == "post" else "GET"} /{kind}/{number} HTTP/1.1\r\nHost: app.test\r\n'
        body = b''
        if kind == 'post':
            body = post_body(number)
            head += f'Content-Length: {len(body)}\r\n'
        if kind == 'tunnel':
            head += f'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {self.key(number).decode()}\r\n'
        return head.encode() + b'\r\n' + body

    @staticmethod
    def key(number):
        return base64.b64encode(b'%016d' % number)

    def answer(self, kind, number):
        while b'\r\n\r\n' not in self.bytes: self.more(bool(self.bytes))
        head, self.bytes = self.bytes.split(b'\r\n\r\n', 1)
        status = int(head[9:12])
        fields = {k.lower(): v for k, v in re.findall(rb'(?m)^([\w-]+):[ \t]*(.*?)\r?$', head)}
        if status == 101:
            if kind != 'tunnel': raise Broken('wrong answer')
            self.tunnel(fields, number)
            return status
        if fields.get(b'transfer-encoding', b'').lower() == b'chunked': body = self.chunked()
        elif b'content-length' in fields: body = self.take(int(fields[b'content-length']))
        else: body = self.rest()
        if fields.get(b'connection', b'').lower() == b'close' or kind == 'tunnel': self.close()
        if status == 503 and body == BURST and kind == 'post': return 'passed'
        if status >= 500: raise Broken(str(status))
        if kind == 'post': expected = digest(number, post_body(number))
        elif kind == 'stream': expected = b''.join(piece(number, k) for k in range(PIECES))
        else: expected = answer_body(number)
        if status != 200 or body != expected: raise Broken(f'wrong answer ({status})')
        return status

    def chunked(self):
        body = b''
        while True:
            length = int(self.line().split(b';')[0], 16)
            body += self.take(length)
            if self.line() != b'': raise Broken('cut')
            if not length: return body

    def rest(self):
        """A body that ends with the connection: its end must not be a reset."""
        while True:
            try: data = self.socket.recv(65536)
            except OSError: raise Broken('cut')
            if not data: break
            self.bytes += data
        body = self.bytes
        self.close()
        return body

    def tunnel(self, fields, number):
        if fields.get(b'sec-websocket-accept') != base64.b64encode(hashlib.sha1(self.key(number) + GUID).digest()):
            raise Broken('wrong handshake')
        self.socket.settimeout(PATIENCE_FRAME)
        for k in range(3):
            text = b'frame %d of %d' % (k, number)
            self.send_frame(0x81, text, number)
            if self.frame() != (0x81, text): raise Broken('wrong frame')
        self.send_frame(0x88, b'\x03\xe8', number)
        if self.frame() != (0x88, b'\x03\xe8'): raise Broken('wrong frame')
        self.close()

    def send_frame(self, first, text, number):
        mask = struct.pack('>I', number * 2654435761 % 2**32)
        self.socket.sendall(bytes([first, 0x80 | len(text)]) + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(text)))

    def frame(self):
        first, length = self.take(2)
        return first, self.take(length)


class Load:
    """Clients, a thread each, that share a count of requests; at given counts something is called by the thread that got there."""

    def __init__(self, port, kind, clients, total, at):
        self.port, self.kind, self.clients, self.total, self.at = port, kind, clients, total, at
        self.lock, self.next, self.due = threading.Lock(), 0, 0
        self.results = []   # (ms, '' or what went wrong), of each request
        self.end = time.monotonic() + CELL_TIMEOUT

    def take(self):
        with self.lock:
            now = time.monotonic()
            if self.next >= self.total or now > self.end: return None, 0
            number, self.next = self.next, self.next + 1
            self.due = max(self.due + GAP[self.kind], now)
            if number in self.at: self.at[number]()
            return number, self.due - now

    def client(self):
        client = Client(self.port)
        while True:
            number, wait = self.take()
            if number is None: return client.close()
            if wait > 0: time.sleep(wait)
            began, wrong = time.monotonic(), ''
            try:
                if client.ask(self.kind, number) == 'passed': wrong = 'passed'
            except Broken as e: wrong = str(e)
            self.results.append(((time.monotonic() - began) * 1e3, wrong))

    def run(self):
        threads = [threading.Thread(target=self.client, daemon=True) for _ in range(self.clients)]
        for t in threads: t.start()
        for t in threads: t.join(max(0.1, self.end + 10 - time.monotonic()))


# ---- A cell ------------------------------------------------------------------------------------------------------

class Cell:
    """One proxy under one fault and one kind of request, in a process of its own that has one thread until the load begins."""

    def __init__(self, a, proxy, fault, kind, round, d):
        self.a, self.proxy, self.fault, self.kind, self.dir = a, proxy, fault, kind, d
        self.total = int(REQUESTS[kind] * LONGER.get(fault, 1))
        # Each round another request is the one under way at the faulty backend: the proxies' turns differ.
        self.begin, self.end = self.total // 5 + round, self.total * 7 // 10 + round
        self.ports, self.backends, self.programs = Ports(), [], []
        self.names, self.shared = None, 0
        self.seen = os.open(d + '/seen', os.O_CREAT | os.O_APPEND | os.O_RDWR)

    def run(self):
        try:
            at = self.start_names() if self.fault == 'dns' else self.start_backends()
            port = self.ports.pick_free()
            dns = self.names.port if self.names else 0
            program = self.program(COMMANDS[self.proxy](self.a, self.dir, port, self.addresses, dns, self.shared), 'proxy.log')
            program.wait_listen(port)
            if self.names: self.wait_answered(port)
            load = Load(port, self.kind, self.a.clients, self.total, at)
            load.run()
            return self.told(load.results, program)
        except (OSError, EOFError) as e:
            return {'void': str(e) or repr(e)}
        finally:
            for p in self.programs: p.stop()
            for b in self.backends: b.kill()

    def program(self, command, log):
        self.programs.append(Program(command, f'{self.dir}/{log}'))
        return self.programs[-1]

    def backend(self, address, fault='', wait=False):
        flaps = int(self.total * GAP[self.kind] / 0.6) + 20
        self.backends.append(BackendProcess(len(self.backends), address, self.seen, fault, flaps, wait))
        return self.backends[-1]

    def start_backends(self):
        """Three backends, the second at fault -> what to call at which request."""
        self.addresses = [('127.0.0.1', self.ports.pick()) for _ in range(3)]
        self.backend(self.addresses[0])
        self.backend(self.addresses[2])
        if self.fault == 'refuse': return {}
        faulty = self.backend(self.addresses[1], self.fault)
        if self.fault == 'blackhole': return {}
        if self.fault == 'kill': return {self.begin: faulty.kill, self.end: self.backend(self.addresses[1], wait=True).revive}
        at = {self.begin: lambda: faulty.switch(True), self.end: lambda: faulty.switch(False)}
        if self.fault == 'flap': del at[self.end]
        return at

    def start_names(self):
        """One name with three addresses, one of which is going to be replaced by a fourth."""
        hosts = [f'127.0.1.{i}' for i in range(1, 5)]
        self.shared = self.ports.pick_for_all(hosts)
        self.addresses = [(h, self.shared) for h in hosts]
        stays, leaves, stays_too, comes = [self.backend(address, 'dns') for address in self.addresses]
        self.names = Names(self)
        self.names.set(hosts[:3])

        def change():
            self.names.set([hosts[0], hosts[2], hosts[3]])
            leaves.switch(True)
        return {self.begin: change}

    def wait_answered(self, port):
        """Until a proxy that began without the addresses has them and serves."""
        client, end = Client(port), time.monotonic() + 5
        while time.monotonic() < end:
            try: return client.ask('get', 0)
            except Broken: time.sleep(0.05)

    def told(self, results, program):
        errors, passed = {}, 0
        for _, wrong in results:
            if wrong == 'passed': passed += 1
            elif wrong: errors[wrong] = errors.get(wrong, 0) + 1
        missing = self.total - len(results)
        if missing: errors['not done in time'] = missing
        if program.process.poll() is not None: errors['the proxy died'] = 1
        seen = list(SEEN.iter_unpack(os.pread(self.seen, 1 << 24, 0)))
        begun = [n for _, what, n in seen if what == BEGUN]
        posts = begun if self.kind == 'post' else []
        ms = sorted(m for m, _ in results) or [0]
        out = {'requests': self.total, 'errors': sum(errors.values()), 'what': errors, 'passed': passed, 'dup': len(posts) - len(set(posts)),
               'p50': ms[len(ms) // 2], 'p99': ms[int(len(ms) * 0.99)], 'slowest': ms[-1],
               'reached': [sum(i == k and what != ENDED for i, what, _ in seen) for k in range(len(self.backends))]}
        if self.fault in ('kill', 'flap'):   # what was under way at the faulty backend when it went
            out['lost'] = len({n for i, what, n in seen if i == 2 and what == BEGUN} - {n for i, what, n in seen if what == ENDED})
        if self.fault == 'dns': out['moved'] = out['reached'][3] > 0
        return out


class CellProcess:
    """A cell in a forked process; the answer comes through a pipe."""

    def __init__(self, *cell):
        self.fd, theirs = os.pipe()
        self.pid, self.text = os.fork(), b''
        if self.pid: os.close(theirs)
        else: self.child(theirs, *cell)

    def child(self, out, *cell):
        try:
            die_with_parent(signal.SIGTERM)
            signal.signal(signal.SIGINT, signal.SIG_IGN)   # the parent tells us
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
            os.write(out, json.dumps(Cell(*cell).run()).encode())
        except Exception as e:
            os.write(out, json.dumps({'void': repr(e)}).encode())
        finally:
            os._exit(0)

    def read(self):
        """False at the end."""
        data = os.read(self.fd, 65536)
        self.text += data
        return bool(data)

    def stop(self):
        try: os.kill(self.pid, signal.SIGTERM)
        except OSError: pass

    def end(self):
        os.close(self.fd)
        os.waitpid(self.pid, 0)
        return json.loads(self.text or b'{"void": "no result"}')


def run_row(a, fault, kind, round, tmp):
    """All proxies side by side in one cell -> {proxy: result}."""
    cells = {}
    try:
        for proxy in a.proxy:
            d = f'{tmp}/{fault}-{kind}-{proxy}-{round}'
            shutil.rmtree(d, True)
            os.makedirs(d)
            cells[proxy] = CellProcess(a, proxy, fault, kind, round, d)
        open_ = list(cells.values())
        end = time.monotonic() + CELL_TIMEOUT + 40
        while open_ and time.monotonic() < end:
            for fd in select.select([c.fd for c in open_], [], [], 1)[0]:
                cell = next(c for c in open_ if c.fd == fd)
                if not cell.read(): open_.remove(cell)
    finally:
        for cell in cells.values(): cell.stop()
        results = {proxy: cell.end() for proxy, cell in cells.items()}
    return results


# ---- The table ---------------------------------------------------------------------------------------------------

def summed(rounds):
    """The rounds of one proxy in one cell as one."""
    void = next((r['void'] for r in rounds if 'void' in r), None)
    if void: return {'void': void}
    out = dict(rounds[0], what={})
    for key in ('requests', 'errors', 'passed', 'dup', 'lost'):
        if key in out: out[key] = sum(r[key] for r in rounds)
    for r in rounds:
        for what, n in r['what'].items(): out['what'][what] = out['what'].get(what, 0) + n
    out['reached'] = [sum(r['reached'][k] for r in rounds) for k in range(len(out['reached']))]
    for key in ('p50', 'p99'): out[key] = sorted(r[key] for r in rounds)[len(rounds) // 2]
    out['slowest'] = max(r['slowest'] for r in rounds)
    if 'moved' in out: out['moved'] = all(r['moved'] for r in rounds)
    return out


def text_of(r):
    if 'void' in r: return 'void'
    marks = ''.join(f', **{r[key]} {key}**' if key == 'dup' else f', {r[key]} {key}' for key in ('dup', 'passed') if r[key])
    if 'lost' in r and r['errors']: marks += f' of {r["lost"]}'
    if not r.get('moved', True): marks += ', never moved'
    return f'{r["errors"]}{marks} · {r["p99"]:.0f} / {r["slowest"]:.0f}'


def print_table(a, table):
    """table: {(fault, kind): {proxy: result}}"""
    print('| fault | kind | requests | ' + ' | '.join(a.proxy) + ' |\n|---|---|---|' + '---|' * len(a.proxy))
    for (fault, kind), row in table.items():
        requests = max(r.get('requests', 0) for r in row.values())
        print(f'| {fault} | {kind} | {requests} | ' + ' | '.join(text_of(row[p]) for p in a.proxy) + ' |')
    sums = [[row[p] for row in table.values() if 'void' not in row[p]] for p in a.proxy]
    print('| all | | | ' + ' | '.join(f'{sum(r["errors"] for r in s)}, {sum(r["dup"] for r in s)} dup' for s in sums) + ' |\n')
    for (fault, kind), row in table.items():
        for proxy, r in row.items():
            if r.get('what') or 'void' in r:
                print(f'- {fault} {kind}, {proxy}: ' + (r['void'] if 'void' in r else ', '.join(f'{n} × {w}' for w, n in sorted(r['what'].items()))))


def chosen(all_):
    def parse(text):
        words = text.split(',')
        for w in words:
            if w not in all_: raise argparse.ArgumentTypeError(f"'{w}' is none of {' '.join(all_)}")
        return [w for w in all_ if w in words]
    return parse


def arguments():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('--proxy', type=chosen(PROXIES), default=PROXIES, metavar='NAME,...')
    ap.add_argument('--only', type=chosen(FAULTS), default=FAULTS, metavar='FAULT,...')
    ap.add_argument('--kind', type=chosen(KINDS), default=KINDS, metavar='KIND,...')
    ap.add_argument('--rounds', type=int, default=1, help='each cell so many times: errors are summed, the median of p99 is shown')
    ap.add_argument('--clients', type=int, default=8)
    ap.add_argument('--balance', choices=('round_robin', 'least_conn'), default='round_robin')
    ap.add_argument('--checks', action=argparse.BooleanOptionalAction, default=True, help="weir's health checks")
    ap.add_argument('--json', metavar='FILE', help='all that was counted; - for standard output instead of the table')
    ap.add_argument('--keep', metavar='DIR', help='configurations and logs stay there')
    a = ap.parse_args()
    needed = {'nginx': 'nginx-light', 'haproxy': 'haproxy'}
    missing = [package for program, package in needed.items() if program in a.proxy and not shutil.which(program)]
    if 'dns' in a.only and not shutil.which('dnsmasq'): missing.append('dnsmasq-base')
    if missing: ap.error('more is needed than is installed; on Debian: apt-get install ' + ' '.join(missing))
    weir = os.environ.get('WEIR', 'build/release/weir').split()[0]
    if 'weir' in a.proxy and not shutil.which(weir): ap.error(f"there is no program '{weir}'; set WEIR='command with {{conf}}'")
    return a


def main():
    os.environ['PATH'] += ':/usr/sbin:/sbin'
    a = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    tmp = os.path.abspath(a.keep) if a.keep else tempfile.mkdtemp(prefix='faults-')
    os.makedirs(tmp, exist_ok=True)
    os.chmod(tmp, 0o755)
    rows = {}
    try:
        for round in range(a.rounds):
            for fault in a.only:
                for kind in a.kind:
                    began, row = time.monotonic(), run_row(a, fault, kind, round, tmp)
                    rows.setdefault((fault, kind), []).append(row)
                    print(f'{fault} {kind}: ' + ', '.join(f'{p} {text_of(r)}' for p, r in row.items()) + f' ({time.monotonic() - began:.1f} s)',
                          file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        if not a.keep: shutil.rmtree(tmp, True)
    table = {cell: {p: summed([r[p] for r in rounds]) for p in a.proxy} for cell, rounds in rows.items()}
    if a.json:
        text = json.dumps([dict(r, fault=fault, kind=kind, proxy=p) for (fault, kind), row in table.items() for p, r in row.items()], indent=1)
        if a.json == '-': return print(text)
        with open(a.json, 'w') as f: f.write(text + '\n')
    print_table(a, table)


if __name__ == '__main__': main()
