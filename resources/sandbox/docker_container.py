# SPDX-License-Identifier: Apache-2.0
"""What the sandbox's docker keeps of a container, and the supervisor that runs it. See `docker` beside this file.

Modules that only some verbs need are imported there: a call of docker costs little else than Python's start.
"""
import json
import os
import signal
import sys
import time
from pathlib import Path

STATE = Path("/var/lib/docker-standin")
CONTAINERS = STATE / "containers"
RUNNING = Path("/run/docker-standin")


class Refusal(Exception):
    def __init__(self, text, code=1):
        super().__init__(text)
        self.code = code


def daemon_error(text, code=1):
    return Refusal(f"Error response from daemon: {text}", code)


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{os.getpid()}")
    new.write_text(json.dumps(value))
    new.replace(path)


def read_json(path, default):
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        return default


class Container:
    def __init__(self, identity):
        self.id = identity
        self.folder = CONTAINERS / identity
        self.log = self.folder / "log"
        self.pid_file = RUNNING / f"{identity}.pid"
        self.config = read_json(self.folder / "config.json", {})

    @staticmethod
    def all():
        folders = sorted(CONTAINERS.glob("*"), key=lambda folder: folder.stat().st_mtime, reverse=True)
        return [Container(folder.name) for folder in folders if (folder / "config.json").exists()]

    @staticmethod
    def named(name):
        for container in Container.all():
            if container.config["Name"] == name or (len(name) >= 12 and container.id.startswith(name)):
                return container
        return None

    @staticmethod
    def required(name):
        container = Container.named(name)
        if container is None:
            raise daemon_error(f"No such container: {name}")
        return container

    def supervisor(self):
        """The supervisor's pid, or None when there is none."""
        try:
            pid = int(self.pid_file.read_text())
            os.kill(pid, 0)
            return pid
        except (FileNotFoundError, ValueError, ProcessLookupError):
            return None

    def state(self):
        state = {"Status": "created", "ExitCode": 0, "RestartCount": 0, "StartedAt": ""} | read_json(self.folder / "state.json", {})
        if state["Status"] in ("running", "restarting") and self.supervisor() is None:
            state |= {"Status": "exited", "ExitCode": 137}
        return state

    def usage(self):
        """Processor time over a third of a second in percent of one core, resident bytes (what processes share counts for each), processes."""
        def look():
            ticks = pages = count = 0
            for pid in descendants(self.supervisor() or os.getpid()):
                try:
                    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
                except OSError:
                    continue
                ticks, pages, count = ticks + int(fields[11]) + int(fields[12]), pages + int(fields[21]), count + 1
            return ticks, pages, count

        before, began = look()[0], time.monotonic()
        time.sleep(0.3)
        ticks, pages, count = look()
        return 100 * max(0, ticks - before) / os.sysconf("SC_CLK_TCK") / (time.monotonic() - began), pages * os.sysconf("SC_PAGE_SIZE"), count

    def write_state(self, **changes):
        write_json(self.folder / "state.json", read_json(self.folder / "state.json", {"ExitCode": 0, "RestartCount": 0}) | changes)

    def start(self):
        import socket
        import subprocess

        for address, port, _ in self.config["Ports"]:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((address, port))
                except OSError:
                    raise daemon_error(
                        f"driver failed programming external connectivity on endpoint {self.config['Name']}: "
                        f"Error starting userland proxy: listen tcp4 {address}:{port}: bind: address already in use", 125) from None
        (self.folder / "stopped-by-user").unlink(missing_ok=True)
        self.write_state(Status="created", RestartCount=0)
        subprocess.Popen([sys.executable, os.path.abspath(sys.argv[0]), "standin-supervise", self.id], start_new_session=True, cwd="/",
                         stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 10
        while read_json(self.folder / "state.json", {})["Status"] == "created":
            if time.monotonic() > until:
                raise daemon_error("the container did not start", 125)
            time.sleep(0.01)

    def stop(self, seconds):
        (self.folder / "stopped-by-user").touch()
        pid = self.supervisor()
        if pid is None:
            return
        os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + seconds
        while self.supervisor() is not None:
            if time.monotonic() > until:
                os.kill(pid, signal.SIGUSR1)
                until = time.monotonic() + 10
            time.sleep(0.02)


# The supervisor: one process for each container that runs.

def descendants(root):
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if fields[0] != "Z":
                parents[int(entry.name)] = int(fields[1])
    found, added = {root}, True
    while added:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        found |= more
        added = bool(more)
    return found - {root}


def supervise(container):
    import ctypes
    import subprocess

    # Kernels make sessions of their own and outlive the server that started them: adopt them, to be able to end them.
    ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER
    RUNNING.mkdir(parents=True, exist_ok=True)
    container.pid_file.write_text(str(os.getpid()))
    ending = False

    def end(_number, _frame):
        nonlocal ending
        ending = True
        child.send_signal(signal.SIGTERM)

    def end_now(_number, _frame):
        child.kill()

    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGUSR1})
    config, delay, restarts = container.config, 0.1, 0
    while True:
        began = time.monotonic()
        with container.log.open("ab") as log:
            try:
                child = subprocess.Popen(config["Command"], cwd=config["WorkingDir"], env=config["Environment"], stdin=subprocess.DEVNULL,
                                         stdout=log, stderr=log, start_new_session=True,
                                         preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGUSR1}))
            except OSError as error:
                log.write(f"exec: {error}\n".encode())
                container.write_state(Status="exited", ExitCode=127)
                break
        forwards = [subprocess.Popen(["socat", f"TCP-LISTEN:{port},bind={address},reuseaddr,fork", f"TCP:127.0.0.1:{inner}"])
                    for address, port, inner in config["Ports"] if port != inner]
        container.write_state(Status="running", RestartCount=restarts, StartedAt=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))
        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGUSR1, end_now)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGUSR1})
        code = child.wait()
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        for forward in forwards:
            forward.kill()
        for number in (signal.SIGTERM, signal.SIGKILL):
            until = time.monotonic() + 1
            while (left := descendants(os.getpid())) and time.monotonic() < until:
                for pid in left:
                    try:
                        os.kill(pid, number)
                    except ProcessLookupError:
                        pass
                time.sleep(0.02)
        code = code if code >= 0 else 128 - code
        policy = config["RestartPolicy"]
        again = policy in ("always", "unless-stopped") or (policy == "on-failure" and code != 0)
        if ending or (container.folder / "stopped-by-user").exists() or not again:
            container.write_state(Status="exited", ExitCode=code)
            break
        delay = 0.1 if time.monotonic() - began > 10 else min(delay * 2, 60)
        restarts += 1
        container.write_state(Status="restarting", ExitCode=code, RestartCount=restarts)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        time.sleep(delay)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    container.pid_file.unlink(missing_ok=True)
