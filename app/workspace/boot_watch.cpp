// SPDX-License-Identifier: Apache-2.0
#include "workspace/boot_watch.h"

namespace nimbook::workspace {

using namespace std::chrono_literals;

namespace {

constexpr auto firstLook = 2s; // a machine that is ready is reached before that
constexpr auto everyLook = 6s;

} // namespace

BootWatch::BootWatch(cloud::ComputeClient &compute, cloud::InstanceRef ref, QObject *parent)
    : QObject(parent), m_compute(compute), m_ref(std::move(ref))
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &BootWatch::look);
    m_timer.start(firstLook);
}

BootWatch::~BootWatch() = default;

void BootWatch::look()
{
    m_timer.start(everyLook);
    if (!m_attributes)
        askAttributes();
    if (!m_output)
        askSerial();
}

void BootWatch::askAttributes()
{
    auto *call = m_compute.guestAttributes(m_ref, QStringLiteral("nimbook/"), this);
    m_attributes = call;
    connect(call, &Job::finished, this, [this, call] {
        call->deleteLater();
        m_attributes = nullptr;
        const auto answer = call->result();
        if (!answer)
            return;
        auto now = SetupProgress::fromGuestAttributes(*answer);
        if (now == m_progress)
            return;
        m_progress = std::move(now);
        Q_EMIT progressChanged();
    });
    call->start();
}

void BootWatch::askSerial()
{
    auto *call = m_compute.serialOutput(m_ref, m_serial.next(), this);
    m_output = call;
    connect(call, &Job::finished, this, [this, call] {
        call->deleteLater();
        m_output = nullptr;
        const auto answer = call->result();
        if (!answer)
            return;
        QStringList printed;
        const QStringList lines = m_serial.read(*answer);
        for (const QString &line : lines) {
            if (const QString text = SerialReader::scriptLine(line); !text.isNull())
                printed.append(text);
            else if (line.startsWith(QChar(0x2026))) // our own words about a gap
                printed.append(line);
        }
        if (!printed.isEmpty())
            Q_EMIT linesPrinted(printed.join(QLatin1Char('\n')) + QLatin1Char('\n'));
    });
    call->start();
}

} // namespace nimbook::workspace
