# SPDX-License-Identifier: Apache-2.0
"""Starts the built nimbook-sandbox for a Python test."""
import json
import os
import subprocess
import tempfile


class Sandbox:
    def __init__(self, *options):
        self._options = options

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory()
        program = os.path.join(os.environ["NIMBOOK_BIN_DIR"], "nimbook-sandbox")
        self._process = subprocess.Popen(
            [program, "--state", self._folder.name, "--foreign", "records", "--parent-pid", str(os.getpid()), *self._options],
            stdout=subprocess.PIPE, text=True)
        line = self._process.stdout.readline().split()
        assert line[:2] == ["nimbook-sandbox", "ready"], line
        self.url = line[2]
        self.credentials_file = os.path.join(self._folder.name, "credentials.json")
        with open(self.credentials_file, encoding="utf-8") as file:
            self.credentials = json.load(file)
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(15)
        self._process.stdout.close()
        self._folder.cleanup()
