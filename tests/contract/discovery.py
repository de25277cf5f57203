# SPDX-License-Identifier: Apache-2.0
"""Holds HTTP exchanges against Google's discovery documents.

The documents lie in $NIMBOOK_CONTRACT_DATA/discovery; they are Google's, and no part of this project. Stricter than
Google where our own side speaks: an answer of the sandbox may hold no field the schema does not know and no empty list,
and a request no parameter the method does not have.
"""
import base64
import glob
import json
import os
import re
import urllib.parse

SKIPPED = 77  # what ctest takes for "not run"

# Libcloud sends a null size, a fingerprint "na" and a body where none belongs, which Google bears with: its requests
# say nothing about us, the sandbox's answers to them do.
FOREIGN_CLIENTS = ("libcloud/",)


def data_directory():
    """The contract data, or None where there is none."""
    path = os.environ.get("NIMBOOK_CONTRACT_DATA", "")
    return path if os.path.isdir(os.path.join(path, "discovery")) else None


class Method:
    def __init__(self, document, description):
        self.id = description["id"]
        self.verb = description["httpMethod"]
        self.schemas = document["schemas"]
        self.parameters = dict(document.get("parameters", {}))
        self.parameters.update(description.get("parameters", {}))
        self.request = description.get("request", {}).get("$ref")
        self.response = description.get("response", {}).get("$ref")
        path = "/" + document["servicePath"] + description.get("flatPath", description["path"])
        pieces = re.split(r"\{\+?(\w+)\}", path)
        self.names = pieces[1::2]
        self.pattern = re.compile("".join(re.escape(p) if i % 2 == 0 else "([^/:]+|[^/]+)" for i, p in enumerate(pieces)) + r"\Z")


class Discovery:
    """All the documents together: which method an exchange is, and what is wrong with it."""

    def __init__(self, directory):
        self.methods = []
        for path in sorted(glob.glob(os.path.join(directory, "discovery", "*.json"))):
            with open(path, encoding="utf-8") as file:
                document = json.load(file)
            self._collect(document, document.get("resources", {}))

    def _collect(self, document, resources):
        for resource in resources.values():
            for description in resource.get("methods", {}).values():
                self.methods.append(Method(document, description))
            self._collect(document, resource.get("resources", {}))

    def find(self, verb, path):
        """The method and its path parameters, or (None, {}). Fixed words win over placeholders."""
        best = (None, {})
        for method in self.methods:
            match = method.pattern.match(path) if method.verb == verb else None
            if match and (best[0] is None or len(method.names) < len(best[0].names)):
                best = (method, dict(zip(method.names, map(urllib.parse.unquote, match.groups()))))
        return best

    def problems(self, exchange):
        """What is wrong with one recorded exchange, as sentences; an empty list is good."""
        url = urllib.parse.urlsplit(exchange["target"])
        method, path_values = self.find(exchange["verb"], url.path)
        on_purpose = exchange.get("invalidOnPurpose", False)
        if url.path in ("/token", "/o/oauth2/token"):
            return token_problems(exchange)
        if method is None:
            return [] if on_purpose and exchange["status"] == 404 else [f"no method has {exchange['verb']} {url.path}"]
        found = []
        if not on_purpose and not exchange.get("client", "").startswith(FOREIGN_CLIENTS):
            found += self._request_problems(method, path_values, url.query, exchange.get("request"))
        if exchange["status"] != 200:
            found += error_problems(exchange)
        else:
            found += check(exchange["response"], {"$ref": method.response}, method, "answer", answer=True)
        return [f"{method.id}: {problem}" for problem in found]

    def _request_problems(self, method, path_values, query, body):
        found = []
        for name, value in path_values.items():
            pattern = method.parameters.get(name, {}).get("pattern")
            if pattern and "+" not in name and not re.fullmatch(pattern, value) and "/" not in pattern:
                found.append(f"path parameter {name} = {value!r} does not match {pattern}")
        sent = urllib.parse.parse_qsl(query, keep_blank_values=True)
        for name, value in sent:
            parameter = method.parameters.get(name)
            if parameter is None:
                found.append(f"the method has no parameter {name}")
                continue
            if parameter.get("location", "query") != "query":
                found.append(f"{name} is no query parameter")
            found += parameter_problems(name, value, parameter)
        names = {name for name, _ in sent}
        for name, parameter in method.parameters.items():
            if parameter.get("required") and parameter.get("location") == "query" and name not in names:
                found.append(f"parameter {name} is missing")
        if method.request is None:
            # Google's own Java and our sandbox tolerate {} where no body is wanted.
            if body not in (None, "", {}):
                found.append("the method takes no body")
        elif body is not None:
            found += check(body, {"$ref": method.request}, method, "request")
        return found


def parameter_problems(name, value, parameter):
    kind = parameter.get("type")
    if kind == "integer" and not re.fullmatch(r"-?\d+", value):
        return [f"parameter {name} = {value!r} is no integer"]
    if kind == "boolean" and value not in ("true", "false"):
        return [f"parameter {name} = {value!r} is no boolean"]
    if parameter.get("format") in ("int64", "uint64") and not re.fullmatch(r"-?\d+", value):
        return [f"parameter {name} = {value!r} is no int64"]
    if "enum" in parameter and value not in parameter["enum"]:
        return [f"parameter {name} = {value!r} is not one of {parameter['enum']}"]
    return []


def check(value, schema, method, where, answer=False):
    """Type, format, enum, required and unknown fields of a JSON value."""
    if "$ref" in schema:
        schema = method.schemas[schema["$ref"]]
    kind = schema.get("type", "any")
    if kind == "any":
        return []
    if kind == "object":
        return check_object(value, schema, method, where, answer)
    if kind == "array":
        if not isinstance(value, list):
            return [f"{where} is no list: {value!r}"]
        if answer and not value:
            return [f"{where} is an empty list; Google leaves it out"]
        found = []
        for i, element in enumerate(value):
            found += check(element, schema["items"], method, f"{where}[{i}]", answer)
        return found
    return check_scalar(value, schema, kind, where)


def check_object(value, schema, method, where, answer):
    if not isinstance(value, dict):
        return [f"{where} is no object: {value!r}"]
    found = []
    properties = schema.get("properties", {})
    rest = schema.get("additionalProperties")
    for name, part in value.items():
        if name in properties:
            found += check(part, properties[name], method, f"{where}.{name}", answer)
        elif rest is not None:
            found += check(part, rest, method, f"{where}[{name}]", answer)
        else:
            found.append(f"{where}.{name} is unknown to the schema {schema.get('id', '')}")
    if not answer:
        for name, part in properties.items():
            if method.id in part.get("annotations", {}).get("required", []) and name not in value:
                found.append(f"{where}.{name} is required")
    return found


def check_scalar(value, schema, kind, where):
    form = schema.get("format", "")
    if kind == "string":
        if not isinstance(value, str):
            return [f"{where} is no string: {value!r}"]
        if form in ("int64", "uint64") and not re.fullmatch(r"-?\d+" if form == "int64" else r"\d+", value):
            return [f"{where} is no {form}: {value!r}"]
        if form == "byte":
            try:
                base64.urlsafe_b64decode(value)
            except ValueError:
                return [f"{where} is no base64: {value!r}"]
        if form == "google-datetime" and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", value):
            return [f"{where} is no time: {value!r}"]
        if "enum" in schema and value not in schema["enum"]:
            return [f"{where} = {value!r} is not one of {schema['enum']}"]
        return []
    if kind == "boolean":
        return [] if isinstance(value, bool) else [f"{where} is no boolean: {value!r}"]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return [f"{where} is no number: {value!r}"]
    if kind == "integer" and (value != int(value) or not -2**31 <= value < 2**32):
        return [f"{where} is no {form or 'integer'}: {value!r}"]
    return []


def error_problems(exchange):
    """Either of Google's two envelopes."""
    if exchange["type"].startswith("text/html"):
        return [] if exchange["status"] in (404, 502) else ["an HTML answer to a known method"]
    error = (exchange["response"] or {}).get("error")
    if not isinstance(error, dict) or error.get("code") != exchange["status"] or not isinstance(error.get("message"), str):
        return [f"the error envelope is wrong: {exchange['response']!r}"]
    found = [f"error.{name} is unknown" for name in error if name not in ("code", "message", "errors", "status", "details")]
    for entry in error.get("errors", []):
        found += [f"error.errors[].{name} is missing" for name in ("message", "domain", "reason") if not isinstance(entry.get(name), str)]
    if "errors" not in error and "status" not in error:
        found.append("the error has neither errors nor status")
    found += ["error.details[] has no @type" for detail in error.get("details", []) if "@type" not in detail]
    return found


def token_problems(exchange):
    """RFC 6749, sections 5.1 and 5.2, as Google's endpoint speaks it."""
    answer = exchange["response"] if isinstance(exchange["response"], dict) else {}
    if exchange["status"] == 200:
        good = isinstance(answer.get("access_token"), str) and isinstance(answer.get("expires_in"), int) and answer.get("token_type") == "Bearer"
        found = [] if good else [f"token answer is wrong: {answer!r}"]
        if answer.get("access_token") != "[redacted]":
            found.append("an access token was recorded")
        return found
    return [] if isinstance(answer.get("error"), str) else [f"token error is wrong: {answer!r}"]
