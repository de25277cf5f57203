# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Streams what the machine is doing, a block of lines every NIMBOOK_INTERVAL seconds, until nobody reads any more. Arrives on the
# stdin of `sh -s` behind that assignment; with NIMBOOK_SAMPLES it ends after so many. A block:
#   sample SECONDS-SINCE-BOOT          cpu JIFFIES IDLE CORES              memory TOTAL AVAILABLE (kB)
#   disk TOTAL USED FREE (kB) PATH     net RECEIVED SENT (bytes, in and out of the machine)   io READ WRITTEN (sectors of 512 bytes)
#   gpus none|driver-missing|ready     gpu CSV (nvidia-smi's own words, one line a GPU)      end
# Counters are since boot: the reader makes rates of them.
set -u

interval=${NIMBOOK_INTERVAL:-5}
left=${NIMBOOK_SAMPLES:--1}
fields=index,name,utilization.gpu,memory.used,memory.total,temperature.gpu,power.draw,power.limit
mig=,mig.mode.current # unknown to drivers before 450

query_gpus() { nvidia-smi --query-gpu="$fields$mig" --format=csv,noheader,nounits 2>/dev/null; }

# Each time anew: a driver may be installed later, and one that answered may fail.
look_at_gpus() {
    gpus=none gpu_lines=
    if command -v nvidia-smi >/dev/null 2>&1; then
        gpus=ready
        if ! gpu_lines=$(query_gpus); then
            known=$mig mig=
            gpu_lines=$(query_gpus) || gpus=driver-missing gpu_lines='' mig=$known
        fi
    elif grep -qs 0x10de "${NIMBOOK_PCI:-/sys/bus/pci/devices}"/*/vendor; then # NVIDIA's vendor id
        gpus=driver-missing
    fi
}

cpu_line() {
    # Guest time is counted in user time already.
    read -r _ user nice system idle wait irq softirq steal _ </proc/stat
    printf 'cpu %s %s %s\n' "$((user + nice + system + idle + wait + irq + softirq + ${steal:-0}))" "$((idle + wait))" "$cores"
}

# Network cards have a device. What goes through Docker's bridges goes through a card as well, or does not leave the machine.
network_cards() {
    for path in "${NIMBOOK_NET:-/sys/class/net}"/*; do
        [ ! -e "$path/device" ] || printf '%s ' "${path##*/}"
    done
}

sample() {
    read -r uptime _ </proc/uptime
    printf 'sample %s\n' "$uptime"
    cpu_line
    awk '/^MemTotal:/ { total = $2 } /^MemAvailable:/ { free = $2 } END { print "memory", total, free }' /proc/meminfo
    # One line for each disk, though / and /src may be the same.
    df -Pk / /src 2>/dev/null | awk 'NR > 1 && !seen[$1]++ { print "disk", $2, $3, $4, $6 }'
    awk -F '[: ]+' -v cards=" $(network_cards)" 'NR > 2 {
            sub(/^ +/, ""); $0 = $0
            if (cards == " " ? $1 !~ /^(lo|docker.*|veth.*|br-.*)$/ : index(cards, " " $1 " ")) { received += $2; sent += $10 }
        }
        END { printf "net %.0f %.0f\n", received, sent }' "${NIMBOOK_NET_DEV:-/proc/net/dev}"
    # Whole disks only: what a partition reads is in its disk already.
    awk '$3 ~ /^(sd[a-z]+|vd[a-z]+|xvd[a-z]+|nvme[0-9]+n[0-9]+)$/ { read += $6; written += $10 }
        END { printf "io %.0f %.0f\n", read, written }' /proc/diskstats 2>/dev/null
    look_at_gpus
    [ -z "$gpu_lines" ] || printf '%s\n' "$gpu_lines" | sed 's/^/gpu /'
    printf 'gpus %s\nend\n' "$gpus"
}

cores=$(grep -c '^cpu[0-9]' /proc/stat)
while [ "$left" -ne 0 ]; do
    sample || exit 0
    left=$((left - 1))
    [ "$left" -eq 0 ] || sleep "$interval"
done
