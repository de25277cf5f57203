# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Runs a notebook from its first cell to its last in the container NIMBOOK_CONTAINER, detached: it goes on when nobody is connected.
# NIMBOOK_NOTEBOOK is its path below /src, NIMBOOK_RUN a name for this run. The result is a notebook of its own in /src/outputs, written anew
# after every cell, so that the outputs so far are there whatever happens; the original stays as it is. Then this script follows the run.
# A run of that name that was started before is only followed, also when it has ended meanwhile. NIMBOOK_FOLLOW=1 starts none;
# NIMBOOK_STOP=1 ends it instead.
# Result: output PATH. Progress: cells. Errors: container-not-running notebook-missing no-nbclient run-missing cell-failed.
# shellcheck disable=SC2016 # what stands in single quotes is for the shell in the container
set -u

name=${NIMBOOK_CONTAINER:-nimbook-jupyter}
runs=/src/.nimbook/runs

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
give_up() { printf 'nimbook:error %s %s\n' "$1" "$2"; exit 1; }
# As who runs Jupyter: run-jupyter.sh gave them the folder of the packages.
exec_in() { as_root docker exec -u "$(stat -c %u /var/lib/nimbook/python 2>/dev/null)" "$@"; }
result() { printf 'nimbook:result %s %s\n' "$1" "$2"; }

start() {
    [ "$(as_root docker inspect -f '{{.State.Status}}' "$name" 2>/dev/null)" = running ] \
        || give_up container-not-running "The notebook's container is not running."
    [ -f "/src/$NIMBOOK_NOTEBOOK" ] || give_up notebook-missing "There is no notebook /src/$NIMBOOK_NOTEBOOK on the machine."
    exec_in "$name" python3 -c 'import nbclient, nbformat' >/dev/null 2>&1 \
        || give_up no-nbclient "The container's Python has no nbclient, which Jupyter usually brings along."
    # Made in the container: the user there must be able to write into it.
    exec_in "$name" mkdir -p "$folder" /src/outputs || give_up container-not-running "The folder $folder could not be made in the container."
    exec_in -i "$name" sh -c 'cat >"$1"' sh "$folder/run.py" <<'PYTHON'
import os, signal, sys, traceback
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

notebook, output, folder = sys.argv[1:4]

# Asked to stop: leave by the door, so that the kernel goes too.
signal.signal(signal.SIGTERM, lambda *_: sys.exit("it was stopped"))

def put(name, text):
    with open(os.path.join(folder, name + ".new"), "w") as file:
        file.write(text)
    os.replace(os.path.join(folder, name + ".new"), os.path.join(folder, name))

def save(node):
    nbformat.write(node, output + ".new")
    os.replace(output + ".new", output)

class Client(NotebookClient):
    done = 0

    async def async_execute_cell(self, cell, cell_index, *args, **kwargs):
        try:
            return await super().async_execute_cell(cell, cell_index, *args, **kwargs)
        finally:
            self.done += 1
            put("progress", f"{self.done} {len(self.nb.cells)}\n")
            save(self.nb)

try:
    node = nbformat.read(notebook, as_version=4)
    put("progress", f"0 {len(node.cells)}\n")
    client = Client(node, timeout=None, resources={"metadata": {"path": os.path.dirname(notebook)}})
    try:
        client.execute()
    finally:
        save(node)
    put("state", "done\n")
except CellExecutionError as error:
    put("state", f"failed cell {client.done}: {error.ename}: {error.evalue}".replace("\n", " ")[:500] + "\n")
except DeadKernelError:
    put("state", f"failed the kernel died in cell {client.done + 1}; the machine may have run out of memory\n")
except SystemExit:
    put("state", "failed it was stopped\n")
except BaseException as error:
    traceback.print_exc()
    put("state", f"failed {type(error).__name__}: {error}".replace("\n", " ")[:500] + "\n")
PYTHON
    # Detached in the container itself: neither this connection nor a login on the machine holds it, and no signal to them reaches it.
    exec_in "$name" sh -c 'command -v setsid >/dev/null && away=setsid; ${away:-} nohup python3 "$3/run.py" "$1" "$2" "$3" >"$3/log" 2>&1 </dev/null & echo $! >"$3/pid"' \
        sh "/src/$NIMBOOK_NOTEBOOK" "$output" "$folder"
}

# One that has ended may wait for ever to be buried (Z): not every first process of a container looks after others.
is_running() {
    exec_in "$name" sh -c 'state=$(sed "s/.*) //" "/proc/$(cat "$1/pid")/stat" 2>/dev/null) && [ "${state%% *}" != Z ]' sh "$folder"
}

follow() {
    before=
    looks=0
    while :; do
        now=$(cat "$folder/progress" 2>/dev/null)
        if [ -n "$now" ] && [ "$now" != "$before" ]; then
            printf 'nimbook:progress %s items\n' "$now"
            before=$now
        fi
        [ -s "$folder/state" ] && return
        looks=$((looks + 1))
        # A container that was stopped leaves no state behind.
        if [ $((looks % 10)) = 0 ] && ! is_running && [ ! -s "$folder/state" ]; then
            give_up cell-failed "The run was ended from outside after ${before%% *} cells; what it had by then is in $output."
        fi
        sleep 0.5
    done
}

run=${NIMBOOK_RUN:?}
folder=$runs/$run
stem=${NIMBOOK_NOTEBOOK##*/}
output=/src/outputs/${stem%.ipynb}-$run.ipynb
if [ -n "${NIMBOOK_STOP:-}" ]; then
    exec_in "$name" sh -c 'kill "$(cat "$1/pid")" 2>/dev/null' sh "$folder"
    exit 0
fi
if [ ! -d "$folder" ]; then
    [ -z "${NIMBOOK_FOLLOW:-}" ] || give_up run-missing "$NIMBOOK_NOTEBOOK does not run any more, and the machine has nothing of that run."
    printf 'nimbook:step start\n'
    start
fi
result output "$output"
printf 'nimbook:step run\n'
follow
state=$(cat "$folder/state")
case $state in
'done') exit 0 ;;
*) give_up cell-failed "$NIMBOOK_NOTEBOOK stopped: ${state#failed }. The outputs so far are in $output." ;;
esac
