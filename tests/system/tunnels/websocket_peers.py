"""A real WebSocket server and client (Debian's python3-websockets) for the tests of tunnels.

    websocket_peers.py server
        Listens on 127.0.0.1, on a port that the kernel picks, and says "listening on ADDRESS". Paths:
        /echo sends back what comes; /bye closes with 4000 at the first message; /chat speaks the
        subprotocol "chat"; /secret refuses with 401. Says "gone PATH CODE" when a connection ends.
    websocket_peers.py client SCENARIO ADDRESS [COUNT]
        Plays a scenario below; ends with 0 when all was as it should be. Where a scenario waits, it says
        so by a line and goes on at SIGUSR1.
"""

import asyncio
import hashlib
import http
import random
import signal
import sys

import websockets
from websockets.exceptions import ConnectionClosed, InvalidStatusCode

LARGE = 8 * 1024 * 1024
OPTIONS = {"max_size": None, "ping_interval": None, "close_timeout": 20}


def say(line):
    print(line, flush=True)


# The server


async def refuse(path, _headers):
    if path == "/secret":
        return http.HTTPStatus.UNAUTHORIZED, [("WWW-Authenticate", "Basic"), ("X-Refused", "yes")], b"who are you?\n"
    return None


async def serve_one(socket):
    try:
        async for message in socket:
            if socket.path == "/bye":
                await socket.close(4000, "bye")
                break
            await socket.send(message)
    except ConnectionClosed:
        pass
    await socket.wait_closed()
    say(f"gone {socket.path} {socket.close_code}")


async def serve():
    async with websockets.serve(serve_one, "127.0.0.1", 0, process_request=refuse,
                                subprotocols=["chat"], **OPTIONS) as server:
        host, port = server.sockets[0].getsockname()
        say(f"listening on {host}:{port}")
        await asyncio.Future()


# The scenarios of the client


def connect(address, path, **more):
    return websockets.connect(f"ws://{address}{path}", open_timeout=20, **OPTIONS, **more)


async def wait_behind(line):
    """Says the line and waits for SIGUSR1, which may come as soon as the line was read."""
    event = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, event.set)
    say(line)
    await event.wait()


async def echo(address, _count):
    """Text and binary messages of many sizes come back; ping is answered; both sides close in order."""
    async with connect(address, "/echo") as socket:
        for size in (0, 1, 125, 126, 65535, 65536, 300_000, LARGE):
            text = "ü" * (size // 2)
            await socket.send(text)
            assert await socket.recv() == text
            data = random.randbytes(size)
            await socket.send(data)
            assert hashlib.sha256(await socket.recv()).digest() == hashlib.sha256(data).digest()
        # Both directions at once: none of it fits into the buffers between.
        pieces = [random.randbytes(100_000) for _ in range(100)]

        async def send_all():
            for piece in pieces:
                await socket.send(piece)

        sending = asyncio.create_task(send_all())
        for piece in pieces:
            assert await socket.recv() == piece
        await sending
        for payload in (b"", b"weir", bytes(125)):
            pong = await socket.ping(payload)
            await asyncio.wait_for(pong, 20)
        await socket.close(1000)
        assert socket.close_code == 1000


async def many(address, count):
    """As many tunnels at the same time, each with messages of its own; held open for the test."""
    sockets = await asyncio.gather(*(connect(address, "/echo") for _ in range(count)))

    async def chat(number, socket):
        for turn in range(20):
            message = f"{number}:{turn}:" + "x" * random.randrange(2000)
            await socket.send(message)
            assert await socket.recv() == message

    await asyncio.gather(*(chat(number, socket) for number, socket in enumerate(sockets)))
    await wait_behind("open")
    await asyncio.gather(*(chat(number, socket) for number, socket in enumerate(sockets)))
    await asyncio.gather(*(socket.close() for socket in sockets))
    assert all(socket.close_code == 1000 for socket in sockets)


async def bye(address, _count):
    """The server closes, with a code of its own."""
    async with connect(address, "/bye") as socket:
        await socket.send("now")
        try:
            await socket.recv()
            assert False
        except ConnectionClosed:
            assert (socket.close_code, socket.close_reason) == (4000, "bye")


async def chat(address, _count):
    """A subprotocol is agreed upon through weir, and so is compression (permessage-deflate)."""
    async with connect(address, "/chat", subprotocols=["news", "chat"]) as socket:
        assert socket.subprotocol == "chat"
        assert any(one.name == "permessage-deflate" for one in socket.extensions)
        await socket.send("a" * 100_000)
        assert await socket.recv() == "a" * 100_000


async def secret(address, _count):
    """The server's refusal arrives as it is."""
    try:
        await connect(address, "/secret")
        assert False
    except InvalidStatusCode as refused:
        assert refused.status_code == 401, refused.status_code
        assert refused.headers["X-Refused"] == "yes"


async def refused(address, status):
    """No tunnel: the answer has this status."""
    try:
        await connect(address, "/echo")
        assert False
    except InvalidStatusCode as answer:
        assert answer.status_code == status, answer.status_code


async def cut(address, _count):
    """An open tunnel is cut by somebody else, and not by a close of WebSocket's."""
    socket = await connect(address, "/echo")
    await socket.send("hello")
    assert await socket.recv() == "hello"
    say("open")
    try:
        await socket.recv()
        assert False
    except ConnectionClosed:
        assert socket.close_code == 1006
        say("cut")


async def hold(address, _count):
    """An open tunnel, which answers once more when told, then closes."""
    async with connect(address, "/echo") as socket:
        await socket.send("hello")
        assert await socket.recv() == "hello"
        await wait_behind("open")
        await socket.send("still there")
        assert await socket.recv() == "still there"
        say("alive")


SCENARIOS = {one.__name__: one for one in (echo, many, bye, chat, secret, refused, cut, hold)}

if sys.argv[1] == "server":
    asyncio.run(serve())
else:
    asyncio.run(SCENARIOS[sys.argv[2]](sys.argv[3], int(sys.argv[4]) if len(sys.argv) > 4 else 0))
