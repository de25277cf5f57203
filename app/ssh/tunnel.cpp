// SPDX-License-Identifier: Apache-2.0
#include "ssh/tunnel.h"

#include "base/owned_thread.h"
#include "ssh/tunnel_worker.h"

#include <QPointer>

namespace nimbook::ssh {

class Tunnel::Private {
public:
    Private(Tunnel *tunnel, ConnectionSettings settings, quint16 portThere);

    void take(const TunnelStatus &fresh);
    void announce();

    template<typename Call>
    void onWorker(Call call)
    {
        QMetaObject::invokeMethod(worker, [worker = worker, call = std::move(call)] { call(*worker); }, Qt::QueuedConnection);
    }

    Tunnel *q;
    TunnelStatus status;
    State announced = State::Closed;
    Phase announcedPhase = Phase::Closed;
    quint16 remotePort;
    bool openToPrograms = false;
    TunnelWorker *worker; // deleted by its own thread when that ends
    OwnedThread thread;
};

Tunnel::Private::Private(Tunnel *tunnel, ConnectionSettings settings, quint16 portThere)
    : q(tunnel), remotePort(portThere), worker(new TunnelWorker(std::move(settings), portThere)), thread(QStringLiteral("ssh tunnel"))
{
    worker->moveToThread(thread.get());
    connect(thread.get(), &QThread::finished, worker, &QObject::deleteLater);
    connect(worker, &TunnelWorker::statusChanged, q, [this](const TunnelStatus &fresh) { take(fresh); });
}

void Tunnel::Private::take(const TunnelStatus &fresh)
{
    if (fresh.epoch != status.epoch || status.state == State::Closed)
        return; // it crossed a close()
    const bool trafficMoved = fresh.bytesIn != status.bytesIn || fresh.bytesOut != status.bytesOut
        || fresh.connections != status.connections;
    status = fresh;
    const QPointer<Tunnel> guard(q); // a listener may delete the tunnel
    announce();
    if (guard && trafficMoved)
        Q_EMIT q->trafficChanged();
}

void Tunnel::Private::announce()
{
    const QPointer<Tunnel> guard(q);
    const bool newPhase = announcedPhase != status.phase;
    announcedPhase = status.phase;
    if (announced != status.state) {
        announced = status.state;
        Q_EMIT q->stateChanged(announced);
    }
    if (guard && newPhase)
        Q_EMIT q->phaseChanged(announcedPhase);
}

Tunnel::Tunnel(ConnectionSettings settings, quint16 remotePort, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(this, std::move(settings), remotePort))
{
}

Tunnel::~Tunnel() = default;

void Tunnel::open(quint16 preferredPort, const QSet<quint16> &reserved)
{
    const quint64 epoch = d->status.epoch + 1;
    d->status = {};
    d->status.epoch = epoch;
    d->status.state = State::Connecting;
    d->status.phase = Phase::Resolving;
    d->onWorker([=](TunnelWorker &to) { to.open(epoch, preferredPort, reserved); });
}

void Tunnel::close()
{
    d->status.state = State::Closed;
    d->status.phase = Phase::Closed;
    d->status.port = 0;
    d->status.connections = 0;
    d->onWorker([](TunnelWorker &to) { to.close(); });
    QMetaObject::invokeMethod(this, [this] { d->announce(); }, Qt::QueuedConnection);
}

void Tunnel::setOpenToPrograms(bool open)
{
    d->openToPrograms = open;
    d->onWorker([open](TunnelWorker &to) { to.setOpenToPrograms(open); });
}

bool Tunnel::isOpenToPrograms() const
{
    return d->openToPrograms;
}

void Tunnel::setRemoteHost(const QString &host)
{
    d->onWorker([host](TunnelWorker &to) { to.setRemoteHost(host); });
}

void Tunnel::setProbe(const QByteArray &path)
{
    d->onWorker([path](TunnelWorker &to) { to.setProbe(path); });
}

void Tunnel::setLongestWait(std::chrono::milliseconds wait)
{
    d->onWorker([wait](TunnelWorker &to) { to.setLongestWait(wait); });
}

void Tunnel::setMayMove(bool mayMove)
{
    d->onWorker([mayMove](TunnelWorker &to) { to.setMayMove(mayMove); });
}

void Tunnel::giveUp()
{
    d->onWorker([](TunnelWorker &to) { to.giveUp(); });
}

void Tunnel::setKeyPatience(std::chrono::milliseconds patience)
{
    d->onWorker([patience](TunnelWorker &to) { to.setKeyPatience(patience); });
}

void Tunnel::suspectLink()
{
    d->onWorker([](TunnelWorker &to) { to.suspectLink(); });
}

Tunnel::Phase Tunnel::phase() const
{
    return d->status.phase;
}

std::chrono::milliseconds Tunnel::retryIn() const
{
    return std::chrono::milliseconds(d->status.phase == Phase::Waiting ? std::max<qint64>(0, d->status.nextAttempt.remainingTime()) : 0);
}

std::chrono::milliseconds Tunnel::answerTime() const
{
    return d->status.answerTime;
}

quint16 Tunnel::remotePort() const
{
    return d->remotePort;
}

void Tunnel::reconnectNow()
{
    d->onWorker([](TunnelWorker &to) { to.reconnectNow(); });
}

void Tunnel::setConnection(const ConnectionSettings &settings)
{
    d->onWorker([settings](TunnelWorker &to) { to.setConnection(settings); });
}

Tunnel::State Tunnel::state() const
{
    return d->status.state;
}

quint16 Tunnel::localPort() const
{
    return d->status.port;
}

Error Tunnel::error() const
{
    return d->status.error;
}

int Tunnel::connectionCount() const
{
    return d->status.connections;
}

qint64 Tunnel::bytesIn() const
{
    return d->status.bytesIn;
}

qint64 Tunnel::bytesOut() const
{
    return d->status.bytesOut;
}

} // namespace nimbook::ssh
