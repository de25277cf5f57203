#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs one cell in a new kernel, as the notebook page does: run_cell.py URL TOKEN_FILE CODE. Prints what the cell prints."""
import asyncio
import json
import sys
import uuid

from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect


def request_message(kind, session, **content):
    header = {"msg_id": uuid.uuid4().hex, "username": "test", "session": session, "msg_type": kind, "version": "5.3", "date": ""}
    return {"header": header, "parent_header": {}, "metadata": {}, "channel": "shell", "content": content}


async def run_cell(url, token, code):
    """The exit status: 0, or 1 when the cell raised."""
    headers = {"Authorization": f"token {token}", "Content-Type": "application/json"}
    client = AsyncHTTPClient()
    answer = await client.fetch(HTTPRequest(f"{url}/api/kernels", method="POST", body="{}", headers=headers, request_timeout=60))
    kernel = json.loads(answer.body)["id"]
    try:
        socket = await websocket_connect(HTTPRequest(f"{url.replace('http', 'ws', 1)}/api/kernels/{kernel}/channels", headers=headers,
                                                     request_timeout=90))  # the server answers when the kernel does
        message = request_message("execute_request", uuid.uuid4().hex, code=code, silent=False, store_history=False,
                                  user_expressions={}, allow_stdin=False, stop_on_error=True)
        await socket.write_message(json.dumps(message))
        status = 0
        while True:
            text = await asyncio.wait_for(socket.read_message(), 60)
            reply = json.loads(text)
            if reply["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            content = reply["content"]
            if reply["msg_type"] == "stream":
                print(content["text"], end="", flush=True)
            elif reply["msg_type"] == "error":
                print(f"{content['ename']}: {content['evalue']}", file=sys.stderr)
                status = 1
            elif reply["msg_type"] == "status" and content["execution_state"] == "idle":
                return status
    finally:
        await client.fetch(HTTPRequest(f"{url}/api/kernels/{kernel}", method="DELETE", headers=headers))


if __name__ == "__main__":
    with open(sys.argv[2], encoding="ascii") as file:
        sys.exit(asyncio.run(run_cell(sys.argv[1], file.read().strip(), sys.argv[3])))
