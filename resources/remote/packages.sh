# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# What /src/requirements.txt wants (NIMBOOK_REQUIREMENTS), what is installed in the container NIMBOOK_CONTAINER, and what
# /src/nimbook.lock (NIMBOOK_LOCK) recorded. With NIMBOOK_RECORD=yes the lock is written first; with careful only when that loses nothing:
# a lock of another image, or with packages that are not here, waits to be followed; so does one that this machine did not write itself, when it
# has another digest or other versions: it came with the project.
# Result: packages JSON (one line; its form is in app/jupyter/packages_state.cpp).
# Errors: docker-missing docker-not-ready container-not-running no-python disk-full.
set -u

name=${NIMBOOK_CONTAINER:-nimbook-jupyter}
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
give_up() { printf 'nimbook:error %s %s\n' "$1" "$2"; exit 1; }
# As who runs Jupyter: run-jupyter.sh gave them the folder of the packages.
exec_in() { as_root docker exec -u "$(stat -c %u /var/lib/nimbook/python 2>/dev/null)" "$@"; }
image_field() { as_root docker inspect --type=image -f "$1" "$image" 2>/dev/null; }

command -v docker >/dev/null 2>&1 || give_up docker-missing "Docker is not installed on this machine."
as_root docker info >/dev/null 2>&1 || give_up docker-not-ready "Docker does not answer, or $(id -un) may not use sudo."
[ "$(as_root docker inspect -f '{{.State.Status}}' "$name" 2>/dev/null)" = running ] \
    || give_up container-not-running "The notebook's container is not running, so nobody can say what is installed."

image=$(as_root docker inspect -f '{{.Config.Image}}' "$name")
repository=$(printf '%s\n' "${image%@*}" | sed 's|:[^:/]*$||')
digests=$(image_field '{{json .RepoDigests}}' | tr -d '"[] ' | tr ',' '\n' | grep '@sha256:')
digest=$(printf '%s\n' "$digests" | grep -F "$repository@" | head -n 1)
digest=${digest:-$(printf '%s\n' "$digests" | head -n 1)} # Docker Hub's are listed without "docker.io/"
identity=$(image_field '{{.Id}}')
gpu=$(nvidia-smi --query-gpu=name --format=csv,noheader 2>/dev/null | paste -s -d ';' -)
driver=$(nvidia-smi --query-gpu=driver_version --format=csv,noheader 2>/dev/null | head -n 1)
cuda=$(nvidia-smi 2>/dev/null | sed -n 's/.*CUDA Version: *\([0-9.]*\).*/\1/p' | head -n 1)

answer=$(exec_in -i "$name" python3 - "${NIMBOOK_RECORD:-no}" "${NIMBOOK_REQUIREMENTS:-/src/requirements.txt}" "${NIMBOOK_LOCK:-/src/nimbook.lock}" \
    "$image" "$digest" "$identity" "$gpu" "$driver" "$cuda" <<'PYTHON'
import datetime, hashlib, json, os, re, site, sys
from importlib import metadata

record, wanted_file, lock_file, image, digest, identity, gpu, driver, cuda = sys.argv[1:]


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def requirement_parser():
    try:
        from packaging.requirements import Requirement
    except ImportError:
        from pip._vendor.packaging.requirements import Requirement
    return Requirement


def installed_packages():
    """name → (version, as pip freeze writes it, whether it was installed beside the image); the first on the path is what Python imports."""
    own = os.path.realpath(site.getusersitepackages())
    found = {}
    for package in metadata.distributions():
        name = package.metadata["Name"]
        if not name or canonical(name) in found:
            continue
        line = f"{name}=={package.version}"
        where = package.read_text("direct_url.json")
        beside = os.path.realpath(str(package.locate_file(""))) == own
        if where and beside:
            direct = json.loads(where)
            hashed = direct.get("archive_info", {}).get("hash", "")
            revision = direct.get("vcs_info", {})
            url = f"{revision['vcs']}+{direct['url']}@{revision['commit_id']}" if revision else direct["url"]
            line = f"{name} @ {url}" + (f"#{hashed}" if hashed else "")
        found[canonical(name)] = (package.version, line, beside)
    return found


def logical_lines(text):
    held = ""
    for line in text.splitlines():
        line = re.sub(r"(^|\s+)#.*$", "", held + line).strip()
        if line.endswith("\\"):
            held = line[:-1]
            continue
        held = ""
        if line:
            yield line
    if held.strip():
        yield held.strip()


def check(line, installed, parse):
    entry = {"line": line, "name": "", "wanted": "", "installed": "", "state": "unchecked"}
    if line.startswith("-"):
        return entry
    wheel = re.fullmatch(r"(?:.*/)?([A-Za-z0-9_.]+)-([^-/]+)-[^/]+\.whl(?:[#;\s].*)?", line)
    if wheel and "@" not in line.split("/")[0]:
        name, specifier = wheel[1], "==" + wheel[2]
        fits = lambda version: version == wheel[2]
    else:
        try:
            wanted = parse(re.split(r"\s--", line)[0])
        except Exception:
            return entry
        if wanted.marker and not wanted.marker.evaluate():
            return entry | {"name": wanted.name, "state": "not-needed"}
        name, specifier = wanted.name, "from " + wanted.url if wanted.url else str(wanted.specifier)
        fits = lambda version: bool(wanted.url) or wanted.specifier.contains(version, prereleases=True)
    entry |= {"name": name, "wanted": specifier}
    have = installed.get(canonical(name))
    if have is None:
        return entry | {"state": "missing"}
    return entry | {"installed": have[0], "state": "satisfied" if fits(have[0]) else "other-version"}


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except FileNotFoundError:
        return None


installed = installed_packages()
python = ".".join(map(str, sys.version_info[:3]))
# What this machine's own last record looked like, beside the packages: a lock that is not that one came with the project.
own_record = os.path.join(site.getuserbase(), "nimbook-lock.sha256")


def digest_of(text):
    return hashlib.sha256(text.encode()).hexdigest()


def names_added(lock):
    return {canonical(re.split(r"==| @ ", line)[0]) for line in lock.get("added", [])}


def changed_packages(lock):
    """What was recorded beside the image and is not here, or in another version."""
    recorded = dict(line.split("==", 1) for line in lock.get("packages", []) if "==" in line)
    return [{"name": name, "recorded": recorded.get(name, ""), "installed": installed[name][0] if name in installed else ""}
            for name in sorted(names_added(lock)) if name not in installed or installed[name][0] != recorded.get(name, installed[name][0])]


def loses_something():
    text = read(lock_file)
    try:
        lock = json.loads(text or "null")
        if lock is None:
            return False
        changed = changed_packages(lock)
        pinned = lock["image"].get("digest", "")
        if lock["image"]["reference"] != image or any(not change["installed"] for change in changed):
            return True
        # Somebody renewed a package or the image here, and the record follows. What came from elsewhere waits until somebody decides.
        return bool(changed or pinned not in ("", digest)) and read(own_record) != digest_of(text)
    except (ValueError, KeyError, TypeError, AttributeError):
        return True


if record == "yes" or (record == "careful" and not loses_something()):
    lock = {
        "nimbook": 1,
        "recorded": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "image": {"reference": image, "digest": digest, "id": identity},
        "python": python,
        "gpu": {"name": gpu, "driver": driver, "cuda": cuda},
        "added": sorted((line for _, line, beside in installed.values() if beside), key=str.lower),
        "packages": sorted((f"{name}=={version}" for name, (version, _, _) in installed.items())),
    }
    text = json.dumps(lock, indent=1) + "\n"
    part = lock_file + ".nimbook-part"
    with open(part, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(part, 0o666)
    os.replace(part, lock_file)
    with open(own_record, "w", encoding="utf-8") as file:
        file.write(digest_of(text))

result = {"python": python, "image": image, "digest": digest, "installed": len(installed),
          "added": sorted(line for _, line, beside in installed.values() if beside), "wanted": [], "lock": None}
text = read(wanted_file)
if text:
    parse = requirement_parser()
    result["wanted"] = [check(line, installed, parse) for line in logical_lines(text)]
try:
    lock = json.loads(read(lock_file) or "null")
    if isinstance(lock, dict):
        pictures = lock.get("image", {})
        result["lock"] = {"recorded": lock.get("recorded", ""), "reference": pictures.get("reference", ""), "digest": pictures.get("digest", ""),
                          "python": lock.get("python", ""), "driver": lock.get("gpu", {}).get("driver", ""), "cuda": lock.get("gpu", {}).get("cuda", ""),
                          "count": len(names_added(lock)), "changed": changed_packages(lock),
                          "sameImage": pictures.get("reference") == image and pictures.get("digest", "") == digest}
except (ValueError, AttributeError, TypeError):
    result["lock"] = {"broken": True}
print("packages " + json.dumps(result))
PYTHON
)
status=$?
case $answer in
*'packages {'*) ;;
*)
    case $answer in
    *'No space left'*) give_up disk-full "nimbook.lock could not be written: the machine's disk is full." ;;
    esac
    give_up no-python "The container's Python could not say what is installed (status $status)."
    ;;
esac
printf 'nimbook:result %s\n' "$(printf '%s\n' "$answer" | grep '^packages {' | tail -n 1)"
