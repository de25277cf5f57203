// SPDX-License-Identifier: Apache-2.0
#include "bench/tunnel_load.h"

#include "bench/loopback.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <thread>
#include <unistd.h>

namespace nimbook::bench {

using Clock = std::chrono::steady_clock;

static constexpr int headerSize = 17;
static constexpr int blockSize = 1 << 20;
static constexpr int messageSize = 256;

/// Both ends know these bytes; the machine's script makes the same.
static const char *knownBlock()
{
    static const std::vector<char> block = [] {
        std::vector<char> bytes(blockSize);
        for (quint32 i = 0; i < blockSize; ++i)
            bytes[i] = char((i * 2654435761u) >> 24);
        return bytes;
    }();
    return block.data();
}

static bool giveBlocks(int socket, qint64 bytes)
{
    for (qint64 left = bytes; left > 0; left -= blockSize) {
        if (!sendWhole(socket, knownBlock(), std::min<qint64>(left, blockSize)))
            return false;
    }
    return true;
}

static bool takeBlocks(int socket, qint64 bytes)
{
    std::vector<char> piece(256 * 1024);
    for (qint64 at = 0; at < bytes;) {
        const qint64 inBlock = at % blockSize;
        const qint64 wanted = std::min({qint64(piece.size()), bytes - at, blockSize - inBlock});
        const ssize_t count = ::recv(socket, piece.data(), size_t(wanted), 0);
        if (count <= 0 || std::memcmp(piece.data(), knownBlock() + inBlock, size_t(count)) != 0)
            return false;
        at += count;
    }
    return true;
}

static void serveNear(int socket)
{
    setNoDelay(socket);
    char header[headerSize + 1] = {};
    if (!receiveWhole(socket, header, headerSize))
        return;
    const qint64 bytes = std::atoll(header + 1);
    if (header[0] == 'D') {
        giveBlocks(socket, bytes);
    } else if (header[0] == 'U') {
        const char verdict = takeBlocks(socket, bytes) ? 'y' : 'n';
        sendWhole(socket, &verdict, 1);
    } else {
        testing::echo(socket);
    }
}

// Ends with its stdin, that is, with us.
static const char *const farScript = R"(
import socket, sys, threading
block = bytes((i * 2654435761 >> 24) & 255 for i in range(1 << 20))
def serve(s):
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    header = b""
    while len(header) < 17:
        header += s.recv(17 - len(header)) or sys.exit()
    kind, left = header[:1], int(header[1:])
    if kind == b"D":
        while left > 0:
            s.sendall(block[:left])
            left -= len(block)
    elif kind == b"U":
        at, good = 0, True
        while at < left:
            piece = s.recv(min(1 << 18, left - at, (1 << 20) - at % (1 << 20)))
            if not piece:
                return
            begin = at % (1 << 20)
            good = good and piece == block[begin:begin + len(piece)]
            at += len(piece)
        s.sendall(b"y" if good else b"n")
    else:
        while True:
            piece = s.recv(65536)
            if not piece:
                break
            s.sendall(piece)
    s.close()
listener = socket.create_server(("127.0.0.1", 0), backlog=128)
print(listener.getsockname()[1], flush=True)
def accept():
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
threading.Thread(target=accept, daemon=True).start()
sys.stdin.read()
)";

FarService::FarService() : m_server(std::make_unique<testing::LoopbackServer>(&serveNear)), m_port(m_server->port())
{
    knownBlock();
}

FarService::FarService(const Place &place)
{
    if (m_remote.start(place.ssh() + QStringList{QStringLiteral("python3 -c ") + quoted(QString::fromLatin1(farScript))}))
        m_port = m_remote.readLine(std::chrono::seconds(20)).toUShort();
}

FarService::~FarService() = default;

/// A connection that gives up in the end: a tunnel that lost a byte must not hang the run.
static int openFor(quint16 port, char kind, qint64 bytes)
{
    const int socket = connectTo(port);
    if (socket < 0)
        return -1;
    const timeval limit{30, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    setNoDelay(socket);
    char header[headerSize + 1];
    std::snprintf(header, sizeof header, "%c%016lld", kind, static_cast<long long>(bytes));
    if (sendWhole(socket, header, headerSize))
        return socket;
    ::close(socket);
    return -1;
}

template<typename Work>
static double timeOfAll(int connections, Work work)
{
    std::atomic<bool> good{true};
    std::vector<std::thread> threads;
    const auto start = Clock::now();
    for (int i = 0; i < connections; ++i)
        threads.emplace_back([&, i] {
            if (!work(i))
                good = false;
        });
    for (std::thread &thread : threads)
        thread.join();
    return good ? std::chrono::duration<double>(Clock::now() - start).count() : -1;
}

double receiveThrough(quint16 port, qint64 bytes, int connections)
{
    return timeOfAll(connections, [=](int) {
        const int socket = openFor(port, 'D', bytes / connections);
        const bool good = socket >= 0 && takeBlocks(socket, bytes / connections);
        ::close(socket);
        return good;
    });
}

double sendThrough(quint16 port, qint64 bytes, int connections)
{
    return timeOfAll(connections, [=](int) {
        const int socket = openFor(port, 'U', bytes / connections);
        char verdict = 'n';
        const bool good = socket >= 0 && giveBlocks(socket, bytes / connections) && receiveWhole(socket, &verdict, 1) && verdict == 'y';
        ::close(socket);
        return good;
    });
}

std::vector<double> latencies(quint16 port, int connections, int samples, double atMost)
{
    std::mutex mutex;
    std::vector<double> all;
    const double seconds = timeOfAll(connections, [&](int) {
        const int socket = openFor(port, 'E', 0);
        std::array<char, messageSize> message{};
        std::vector<double> mine;
        bool good = socket >= 0;
        const auto begin = Clock::now();
        for (int i = -1; good && i < samples; ++i) { // the first one opens the channel
            const auto sent = Clock::now();
            if (i > 0 && std::chrono::duration<double>(sent - begin).count() > atMost)
                break;
            std::fill(message.begin(), message.end(), char(i));
            good = sendWhole(socket, message.data(), messageSize) && receiveWhole(socket, message.data(), messageSize)
                && std::all_of(message.begin(), message.end(), [i](char c) { return c == char(i); });
            if (i >= 0)
                mine.push_back(std::chrono::duration<double>(Clock::now() - sent).count());
        }
        ::close(socket);
        const std::lock_guard lock(mutex);
        all.insert(all.end(), mine.begin(), mine.end());
        return good;
    });
    return seconds < 0 ? std::vector<double>() : all;
}

double firstByte(quint16 port, Clock::time_point start, double atMost)
{
    const auto now = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
    while (now() < atMost && !isInterrupted()) {
        const int socket = openFor(port, 'E', 0);
        char byte = 'x';
        const bool came = socket >= 0 && sendWhole(socket, &byte, 1) && receiveWhole(socket, &byte, 1);
        ::close(socket);
        if (came)
            return now();
        ::poll(nullptr, 0, 1); // ssh -L listens only after its login
    }
    return -1;
}

} // namespace nimbook::bench
