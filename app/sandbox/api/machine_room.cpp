// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/machine_room.h"

#include <QCryptographicHash>
#include <QDir>
#include <QLocalSocket>
#include <QNetworkProxy>
#include <QTcpSocket>

namespace nimbook::sandbox {

namespace {

constexpr quint16 claimPort = 47077;
constexpr quint16 usualSshPort = 2222; // 22 needs privileges

} // namespace

MachineRoom::MachineRoom(QString directory, QObject *parent) : QObject(parent), m_directory(std::move(directory))
{
    // 127.X.0.0/16 with X from the state directory's name; whoever holds the claim port of a network owns it.
    const QByteArray digest = QCryptographicHash::hash(m_directory.toUtf8(), QCryptographicHash::Sha256);
    for (int tries = 0; tries < 180 && m_network == 0; ++tries) {
        const int candidate = 64 + (quint8(digest.at(0)) + tries) % 180;
        if (m_claim.listen(QHostAddress(QStringLiteral("127.%1.255.254").arg(candidate)), claimPort))
            m_network = candidate;
    }
}

MachineRoom::~MachineRoom() = default;

QHostAddress MachineRoom::nextAddress()
{
    const int number = m_nextAddress++ % (250 * 250);
    return QHostAddress(QStringLiteral("127.%1.%2.%3").arg(m_network).arg(number / 250).arg(number % 250 + 2));
}

QString MachineRoom::directoryOf(const QString &id) const
{
    return QDir(m_directory).filePath(QStringLiteral("machines/") + id);
}

void MachineRoom::powerOn(InstanceSpec spec, bool staySilent, Powered done)
{
    if (isOn(spec.id)) {
        const auto &host = m_machines.value(spec.id)->host;
        done(host ? host->sshPort() : usualSshPort);
        return;
    }
    if (m_network == 0) {
        done(failure(ErrorKind::Internal, tr("No loopback network is free for the sandbox's machines.")));
        return;
    }
    const QString id = spec.id;
    const auto machine = std::make_shared<Machine>();
    m_machines.insert(id, machine);
    machine->address = spec.address;
    if (staySilent) {
        machine->silence = std::make_unique<QTcpServer>();
        if (machine->silence->listen(spec.address, usualSshPort))
            done(usualSshPort);
        else
            done(failure(ErrorKind::Internal, machine->silence->errorString()));
        return;
    }
    spec.directory = directoryOf(id);
    if (spec.preferredSshPort == 0)
        spec.preferredSshPort = usualSshPort;
    QDir().mkpath(spec.directory);
    machine->onPowered = std::move(done);
    machine->host = std::make_unique<InstanceHost>(std::move(spec));
    InstanceHost *host = machine->host.get();
    connect(host, &InstanceHost::poweredOn, this, [this, id] { onPoweredOn(id); });
    connect(host, &InstanceHost::poweredOff, this, [this, id] { onPoweredOff(id); });
    connect(host, &InstanceHost::failed, this, [this, id](const Error &error) { onFailed(id, error); });
    host->powerOn();
}

void MachineRoom::powerOff(const QString &id, std::function<void()> done)
{
    const auto machine = m_machines.value(id);
    if (machine)
        machine->silence.reset();
    if (!machine || !machine->host || !machine->host->isOn()) {
        done();
        return;
    }
    machine->onOff = std::move(done);
    machine->host->powerOff();
}

void MachineRoom::reset(const QString &id, std::function<void()> done)
{
    const auto machine = m_machines.value(id);
    if (!machine || !machine->host || !machine->host->isOn()) {
        done();
        return;
    }
    machine->onPowered = [done = std::move(done)](const Result<quint16> &) { done(); };
    machine->host->reset();
}

void MachineRoom::destroy(const QString &id)
{
    const auto machine = m_machines.take(id);
    if (machine && machine->host) {
        machine->host->destroy();
        machine->host.release()->deleteLater(); // we may be inside one of its signals
    } else {
        QDir(directoryOf(id)).removeRecursively();
    }
}

bool MachineRoom::isOn(const QString &id) const
{
    const auto machine = m_machines.value(id);
    return machine && (machine->silence || (machine->host && machine->host->isOn()));
}

void MachineRoom::setMetadata(const QString &id, const QMap<QString, QString> &metadata)
{
    if (const auto machine = m_machines.value(id); machine && machine->host)
        machine->host->setMetadata(metadata);
}

const InstanceHost *MachineRoom::host(const QString &id) const
{
    const auto machine = m_machines.value(id);
    return machine ? machine->host.get() : nullptr;
}

std::unique_ptr<QIODevice> MachineRoom::connectToSsh(const QString &id, quint16 port) const
{
    const InstanceHost *machine = host(id);
    // 22 is where sshd listens on a machine of Google's; here the port is another one, which the metadata names.
    if (!machine || machine->sshPort() == 0 || (port != 22 && port != machine->sshPort()))
        return nullptr;
    if (machine->address().isNull()) {
        auto socket = std::make_unique<QLocalSocket>();
        socket->connectToServer(machine->sshSocket());
        return socket;
    }
    auto socket = std::make_unique<QTcpSocket>();
    socket->setProxy(QNetworkProxy::NoProxy);
    socket->connectToHost(machine->address(), machine->sshPort());
    return socket;
}

void MachineRoom::shutDown(std::function<void()> done)
{
    const auto left = std::make_shared<int>(1);
    const auto oneLess = [left, done = std::move(done)] {
        if (--*left == 0)
            done();
    };
    const QStringList ids = m_machines.keys();
    *left += int(ids.size());
    for (const QString &id : ids)
        powerOff(id, oneLess);
    oneLess();
}

void MachineRoom::onPoweredOn(const QString &id)
{
    const auto machine = m_machines.value(id);
    if (machine && machine->onPowered)
        std::exchange(machine->onPowered, {})(machine->host->sshPort());
}

void MachineRoom::onPoweredOff(const QString &id)
{
    const auto machine = m_machines.value(id);
    if (!machine)
        return;
    if (machine->onOff)
        std::exchange(machine->onOff, {})();
    else
        Q_EMIT wentOff(id);
}

void MachineRoom::onFailed(const QString &id, const Error &error)
{
    const auto machine = m_machines.value(id);
    if (machine && machine->onPowered)
        std::exchange(machine->onPowered, {})(failure(error));
    else if (machine && machine->onOff)
        std::exchange(machine->onOff, {})();
}

} // namespace nimbook::sandbox
