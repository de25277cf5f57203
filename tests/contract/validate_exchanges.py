# SPDX-License-Identifier: Apache-2.0
"""Checks every exchange that the suite's sandboxes recorded in a folder; with --begin empties that folder."""
import collections
import glob
import json
import os
import sys

import discovery


def main():
    folder = sys.argv[-1]
    os.makedirs(folder, exist_ok=True)
    files = sorted(glob.glob(os.path.join(folder, "*.jsonl")))
    if "--begin" in sys.argv:
        for path in files:
            os.remove(path)
        return 0
    data = discovery.data_directory()
    if data is None:
        print("SKIPPED: NIMBOOK_CONTRACT_DATA does not name a folder with discovery documents")
        return discovery.SKIPPED
    schema = discovery.Discovery(data)
    problems = collections.Counter()
    methods = collections.Counter()
    for path in files:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                exchange = json.loads(line)
                if "ya29." in line:
                    problems["a token was recorded"] += 1
                method, _ = schema.find(exchange["verb"], exchange["target"].split("?")[0])
                methods[method.id if method else exchange["target"].split("?")[0]] += 1
                for problem in schema.problems(exchange):
                    problems[f"{problem}  [{exchange['client'].split('/')[0]}]"] += 1
    print(f"{sum(methods.values())} exchanges in {len(files)} files, {len(methods)} methods")
    for name, count in sorted(methods.items()):
        print(f"  {count:6} {name}")
    for problem, count in problems.most_common():
        print(f"WRONG ({count}x) {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
