# SPDX-License-Identifier: Apache-2.0
"""The validator itself: each kind of fault is found, and what Google's own service answered passes."""
import copy
import sys

import discovery

MACHINE = {"verb": "GET", "target": "/compute/v1/projects/p1/zones/us-central1-a/instances/m1", "request": None, "status": 200,
           "type": "application/json", "response": {"kind": "compute#instance", "id": "123", "status": "RUNNING", "deletionProtection": False}}
INSERT = {"verb": "POST", "target": "/compute/v1/projects/p1/zones/us-central1-a/instances?requestId=x", "status": 200, "type": "application/json",
          "request": {"name": "m1", "machineType": "t", "disks": [{"boot": True, "initializeParams": {"diskSizeGb": "10"}}]},
          "response": {"kind": "compute#operation", "status": "PENDING", "progress": 0, "insertTime": "2026-01-01T00:00:00.000-08:00"}}


def changed(exchange, path, value):
    out = copy.deepcopy(exchange)
    part = out
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    return out


def main():
    data = discovery.data_directory()
    if data is None:
        print("SKIPPED: NIMBOOK_CONTRACT_DATA does not name a folder with discovery documents")
        return discovery.SKIPPED
    schema = discovery.Discovery(data)
    for good in (MACHINE, INSERT):
        assert not schema.problems(good), schema.problems(good)
    bad = {
        "unknown field in an answer": changed(MACHINE, ["response", "colour"], "red"),
        "int64 as a number": changed(MACHINE, ["response", "id"], 123),
        "unknown enum value": changed(MACHINE, ["response", "status"], "SLEEPING"),
        "string for a boolean": changed(MACHINE, ["response", "deletionProtection"], "false"),
        "empty list in an answer": changed(MACHINE, ["response", "disks"], []),
        "unknown path": changed(MACHINE, ["target"], "/compute/v1/projects/p1/zones/us-central1-a/llamas/m1"),
        "wrong verb": changed(MACHINE, ["verb"], "PUT"),
        "unknown parameter": changed(MACHINE, ["target"], MACHINE["target"] + "?colour=red"),
        "no number": changed(MACHINE, ["target"], "/compute/v1/projects/p1/zones/us-central1-a/instances?maxResults=many"),
        "a body where none belongs": changed(MACHINE, ["request"], {"a": 1}),
        "unknown field in a request": changed(INSERT, ["request", "disks", 0, "initializeParams", "sizeGb"], "10"),
        "int64 as a number in a request": changed(INSERT, ["request", "disks", 0, "initializeParams", "diskSizeGb"], 10),
        "missing required field": changed(INSERT, ["request"], {"name": "m1"}),
        "number for a string": changed(INSERT, ["request", "name"], 1),
        "broken error": changed(changed(MACHINE, ["status"], 404), ["response"], {"error": "gone"}),
    }
    for name, exchange in bad.items():
        assert schema.problems(exchange), f"not noticed: {name}"
    print(f"{len(bad)} kinds of fault noticed, {len(schema.methods)} methods known")
    return 0


if __name__ == "__main__":
    sys.exit(main())
