// SPDX-License-Identifier: Apache-2.0
#include "sandbox/instances/instance_host.h"

#include "base/logging.h"
#include "sandbox/instances/guest_attribute_store.h"
#include "sandbox/instances/listening_socket.h"
#include "sandbox/instances/machine_disk.h"
#include "sandbox/instances/metadata_server.h"
#include "sandbox/instances/namespace_command.h"
#include "sandbox/instances/serial_console.h"

#include <QCoreApplication>
#include <QProcess>
#include <QStandardPaths>
#include <QTimer>

#include <algorithm>
#include <chrono>

namespace nimbook::sandbox {
namespace {

using namespace std::chrono_literals;

constexpr auto bootDeadline = 60s;     // 0.3 s is usual; many machines at once on a busy computer take longer
constexpr auto shutdownDeadline = 5s;  // then the power is cut
const char sshReadyLine[] = "[  OK  ] Started ssh.service";

} // namespace

class InstanceHost::Private {
public:
    enum class Power { Off, Booting, On, ShuttingDown };

    Private(InstanceHost &host, InstanceSpec machine)
        : q(host), spec(std::move(machine)), identity(MachineIdentity::current()), disk(spec.directory, identity),
          guestAttributes(disk.path(QStringLiteral("guest-attributes.json"))), metadataServer(spec, guestAttributes), port(spec.preferredSshPort)
    {
        bootTimer.setSingleShot(true);
        shutdownTimer.setSingleShot(true);
        expiryTimer.setSingleShot(true);
        QObject::connect(&bootTimer, &QTimer::timeout, &q, [this] {
            failBoot(ErrorKind::Timeout, InstanceHost::tr("%1 did not boot within %2 s.").arg(spec.name).arg(bootDeadline.count()));
        });
        QObject::connect(&shutdownTimer, &QTimer::timeout, &q, [this] {
            if (process)
                process->kill();
        });
        QObject::connect(&expiryTimer, &QTimer::timeout, &q, [this] { applyLogins(); });
    }

    void boot();
    Result<void> prepare();
    void startProcess(int listener);
    void onOutput();
    void onProcessFinished();
    void failBoot(ErrorKind kind, const QString &message, const QString &nextStep = {});
    void abandonProcess(); ///< cuts the power; the end of the process is awaited in the background
    Result<void> applyLogins();

    InstanceHost &q;
    InstanceSpec spec;
    MachineIdentity identity;
    MachineDisk disk;
    GuestAttributeStore guestAttributes;
    MetadataServer metadataServer;
    SerialConsole serial;
    Power power = Power::Off;
    bool bootAgain = false; ///< reset(): the end of the process is not the end
    quint16 port = 0;       ///< kept while off, so that the same one is tried again
    QByteArray currentLine;
    QTimer bootTimer;
    QTimer shutdownTimer;
    QTimer expiryTimer;
    std::unique_ptr<QProcess> process; // last member: what it still prints goes into the ones above
};

InstanceHost::InstanceHost(InstanceSpec spec, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(*this, std::move(spec)))
{
}

InstanceHost::~InstanceHost()
{
    d->abandonProcess();
}

void InstanceHost::powerOn()
{
    if (d->power != Private::Power::Off)
        return;
    d->power = Private::Power::Booting;
    QTimer::singleShot(0, this, [this] { d->boot(); }); // nothing is emitted inside powerOn()
}

void InstanceHost::powerOff()
{
    d->bootAgain = false;
    if (d->power == Private::Power::Off || d->power == Private::Power::ShuttingDown)
        return;
    const bool wasOn = d->power == Private::Power::On;
    d->power = Private::Power::ShuttingDown;
    d->bootTimer.stop();
    if (!d->process) {
        QTimer::singleShot(0, this, [this] { d->onProcessFinished(); });
        return;
    }
    if (wasOn) {
        d->process->write("poweroff\n"); // the power button; machine-boot listens to it
        d->shutdownTimer.start(shutdownDeadline);
    } else {
        d->process->kill();
    }
}

void InstanceHost::reset()
{
    if (d->power == Private::Power::Off)
        return;
    d->bootAgain = true;
    if (d->process)
        d->process->kill();
}

bool InstanceHost::isOn() const
{
    return d->power != Private::Power::Off;
}

void InstanceHost::setMetadata(const QMap<QString, QString> &metadata)
{
    d->spec.metadata = metadata;
    if (!isOn())
        return;
    if (const auto applied = d->applyLogins(); !applied)
        qCWarning(lcSandbox) << applied.error();
}

quint16 InstanceHost::sshPort() const
{
    return d->power == Private::Power::On ? d->port : 0;
}

QHostAddress InstanceHost::address() const
{
    return d->spec.address;
}

QString InstanceHost::sshSocket() const
{
    return d->disk.path(QStringLiteral("host/ssh.sock"));
}

QByteArray InstanceHost::serialOutput(qint64 start, qint64 *actualStart, qint64 *next) const
{
    return d->serial.read(start, actualStart, next);
}

QList<GuestAttribute> InstanceHost::guestAttributes() const
{
    return d->guestAttributes.all();
}

void InstanceHost::destroy()
{
    if (!isOn())
        d->disk.remove();
}

void InstanceHost::Private::boot()
{
    if (power != Power::Booting)
        return; // switched off in between
    if (QStandardPaths::findExecutable(QStringLiteral("bwrap")).isEmpty())
        return failBoot(ErrorKind::Unsupported, InstanceHost::tr("%1 cannot boot: bubblewrap (bwrap) is not installed.").arg(spec.name),
                        InstanceHost::tr("Install the package bubblewrap."));
    if (const auto prepared = prepare(); !prepared)
        return failBoot(prepared.error().kind, prepared.error().message, prepared.error().nextStep);
    auto listener = spec.address.isNull() ? ListeningSocket::openLocal(q.sshSocket()) : ListeningSocket::open(spec.address, port);
    if (!listener)
        return failBoot(listener.error().kind, listener.error().message);
    port = listener->port();
    bootTimer.start(bootDeadline);
    startProcess(listener->descriptor());
    // The child has its copy by now: when the machine is off, its port must be closed.
}

Result<void> InstanceHost::Private::prepare()
{
    if (auto prepared = disk.prepare(spec.name); !prepared)
        return prepared;
    if (auto applied = applyLogins(); !applied)
        return applied;
    return metadataServer.listen(disk.path(QStringLiteral("host")), identity);
}

void InstanceHost::Private::startProcess(int listener)
{
    process = std::make_unique<QProcess>();
    process->setProcessChannelMode(QProcess::MergedChannels);
    inheritOnly(*process, listener);
    QObject::connect(process.get(), &QProcess::readyRead, &q, [this] { onOutput(); });
    QObject::connect(process.get(), &QProcess::finished, &q, [this] { onProcessFinished(); });
    QObject::connect(process.get(), &QProcess::errorOccurred, &q, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            failBoot(ErrorKind::Internal, InstanceHost::tr("%1 cannot boot: bwrap did not start: %2.").arg(spec.name, process->errorString()));
    });
    currentLine.clear();
    process->start(QStringLiteral("bwrap"), namespaceArguments(disk, identity, spec.name, listener));
}

void InstanceHost::Private::onOutput()
{
    const QByteArray bytes = process->readAll();
    serial.append(bytes);
    if (power != Power::Booting)
        return;
    currentLine += bytes;
    const bool sshReady = currentLine.startsWith(sshReadyLine) || currentLine.contains(QByteArray("\n") + sshReadyLine);
    currentLine = currentLine.mid(currentLine.lastIndexOf('\n') + 1);
    if (!sshReady)
        return;
    bootTimer.stop();
    power = Power::On;
    Q_EMIT q.poweredOn();
}

void InstanceHost::Private::onProcessFinished()
{
    if (process) {
        serial.append(process->readAll());
        process.release()->deleteLater(); // we are inside one of its signals
    }
    shutdownTimer.stop();
    metadataServer.close();
    if (bootAgain) {
        bootAgain = false;
        power = Power::Booting;
        boot();
    } else if (power == Power::Booting) {
        failBoot(ErrorKind::Internal, InstanceHost::tr("%1 stopped while it booted.").arg(spec.name),
                 InstanceHost::tr("If the computer forbids user namespaces, allow them: sysctl kernel.unprivileged_userns_clone=1."));
    } else if (power != Power::Off) {
        power = Power::Off;
        expiryTimer.stop();
        Q_EMIT q.poweredOff();
    }
}

void InstanceHost::Private::failBoot(ErrorKind kind, const QString &message, const QString &nextStep)
{
    power = Power::Off;
    bootAgain = false;
    bootTimer.stop();
    expiryTimer.stop();
    abandonProcess();
    Q_EMIT q.failed(Error{kind, message, nextStep, QString::fromUtf8(serial.lastLines(5)), {}});
}

void InstanceHost::Private::abandonProcess()
{
    if (!process)
        return;
    QProcess *ending = process.release();
    ending->disconnect();
    ending->setParent(QCoreApplication::instance()); // ~QProcess would block until the kernel is done
    QObject::connect(ending, &QProcess::finished, ending, &QObject::deleteLater);
    if (ending->state() == QProcess::NotRunning)
        ending->deleteLater();
    ending->kill();
    metadataServer.close();
}

Result<void> InstanceHost::Private::applyLogins()
{
    const QDateTime now = QDateTime::currentDateTimeUtc();
    const LoginKeys logins = parseLoginKeys(spec.metadata.value(QStringLiteral("ssh-keys")), now);
    expiryTimer.stop();
    if (logins.nextExpiry) // a day at most: a longer wait could overflow the timer, and reading again is cheap
        expiryTimer.start(std::clamp(std::chrono::milliseconds(now.msecsTo(*logins.nextExpiry) + 1), 1ms, std::chrono::milliseconds(24h)));
    return disk.applyLogins(logins);
}

} // namespace nimbook::sandbox
