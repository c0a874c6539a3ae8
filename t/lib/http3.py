#!/usr/bin/python3

"""A client of HTTP/3 for t/http3.t: requests in, answers out.

    http3.py PORT < requests > answers

Requests are a list in JSON, sent one behind the other over one connection to
127.0.0.1: each an object of headers (pairs), data (a list of
texts, each in a DATA frame and a packet of its own) and end: "fin", with the
last of these; "later", in a packet of its own; "none", never; "half", with half
of the last DATA frame; "trailers", with these (pairs); "reset", the stream's;
"stop", whole, but the answer is not waited for; "leave", the connection is closed
behind what was sent.  An answer has status (0 where none came), headers and body.
"""

import asyncio
import json
import ssl
import sys

from aioquic.asyncio import QuicConnectionProtocol, connect
from aioquic.h3.connection import H3_ALPN, ErrorCode, H3Connection, encode_frame
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import (ConnectionTerminated, StopSendingReceived,
                                 StreamReset)

PAUSE = 0.05
DATA = 0


class Client(QuicConnectionProtocol):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.http = H3Connection(self._quic)
        self.answers = {}

    def quic_event_received(self, event):
        if isinstance(event, StopSendingReceived):
            self.answers[event.stream_id]["stopped"] = True
        if isinstance(event, StreamReset):
            self.answers[event.stream_id]["ended"].set()
        if isinstance(event, ConnectionTerminated):
            for answer in self.answers.values():
                answer["ended"].set()

        for part in self.http.handle_event(event):
            answer = self.answers[part.stream_id]
            if isinstance(part, HeadersReceived):
                answer["headers"] += [[name.decode(), value.decode()]
                                      for name, value in part.headers]
            if isinstance(part, DataReceived):
                answer["body"] += part.data
            if part.stream_ended:
                answer["ended"].set()

    async def pause(self):
        self.transmit()
        await asyncio.sleep(PAUSE)

    def send_headers(self, stream, headers, end):
        self.http.send_headers(stream, [(name.encode(), value.encode())
                                        for name, value in headers], end)

    async def send(self, stream, request):
        end, data = request["end"], request["data"]
        whole = end in ("fin", "stop") or (end == "leave" and not data)

        self.send_headers(stream, request["headers"], whole and not data)

        for number, text in enumerate(data, 1):
            await self.pause()
            frame, last = encode_frame(DATA, text.encode()), number == len(data)
            if self.answers[stream]["stopped"]:
                return
            if last and end == "half":
                self._quic.send_stream_data(stream, frame[:len(frame) // 2], True)
            else:
                self._quic.send_stream_data(stream, frame, last and whole)
        await self.pause()

        if end == "trailers":
            self.send_headers(stream, request["trailers"], True)
        if end == "later":
            self._quic.send_stream_data(stream, b"", True)
        if end in ("reset", "stop"):
            self._quic.reset_stream(stream, ErrorCode.H3_REQUEST_CANCELLED)
            self._quic.stop_stream(stream, ErrorCode.H3_REQUEST_CANCELLED)
        if end == "leave":
            self.close(error_code=ErrorCode.H3_NO_ERROR)
        await self.pause()

    async def ask(self, request):
        stream = self._quic.get_next_available_stream_id()
        answer = {"headers": [], "body": b"", "stopped": False,
                  "ended": asyncio.Event()}
        self.answers[stream] = answer
        await self.send(stream, request)

        if request["end"] not in ("reset", "leave", "stop"):
            await asyncio.wait_for(answer["ended"].wait(), 20)

        return {"status": int(dict(answer["headers"]).get(":status", 0)),
                "headers": answer["headers"],
                "body": answer["body"].decode("utf-8", "replace")}


async def main(port):
    configuration = QuicConfiguration(alpn_protocols=H3_ALPN, is_client=True,
                                      verify_mode=ssl.CERT_NONE)
    async with connect("127.0.0.1", port, configuration=configuration,
                       create_protocol=Client) as client:
        print(json.dumps([await client.ask(request)
                          for request in json.load(sys.stdin)]))


asyncio.run(main(int(sys.argv[1])))
