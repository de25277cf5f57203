// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/sftp_client.h"

#include <QObject>
#include <QtEndian>

#include <functional>
#include <memory>

namespace nimbook::testing {

inline QByteArray number(quint32 value)
{
    QByteArray bytes(4, 0);
    qToBigEndian(value, bytes.data());
    return bytes;
}

inline QByteArray string(const QByteArray &value)
{
    return number(quint32(value.size())) + value;
}

inline QByteArray attributes(quint32 permissions, quint32 size = 10)
{
    return number(13) + number(0) + number(size) + number(permissions) + number(100) + number(100); // size, permissions, times
}

inline QByteArray reply(transfer::sftp::Type type, quint32 id, const QByteArray &body)
{
    return string(QByteArray(1, char(type)) + number(id) + body);
}

inline QByteArray status(quint32 id, transfer::sftp::Code code)
{
    return reply(transfer::sftp::Type::Status, id, number(quint32(code)) + string("") + string(""));
}

/// An SFTP server in memory that answers what the test tells it to, true or not.
class ScriptedServer : public QObject, public transfer::ByteStream {
public:
    using Script = std::function<QByteArray(transfer::sftp::Type, quint32 id, const QByteArray &body)>;

    explicit ScriptedServer(Script script, const QByteArray &greeting = string(QByteArray("\2", 1) + number(3)))
        : m_script(std::move(script))
    {
        answer(greeting);
    }

    qsizetype write(QByteArrayView bytes) override
    {
        m_framer.append(bytes);
        while (const auto packet = m_framer.next()) {
            const transfer::sftp::Type type{quint8(packet->front())};
            if (type != transfer::sftp::Type::Init)
                answer(m_script(type, qFromBigEndian<quint32>(packet->data() + 1), packet->sliced(5).toByteArray()));
        }
        return bytes.size();
    }

private:
    void answer(const QByteArray &bytes)
    {
        QMetaObject::invokeMethod(this, [this, bytes] {
            if (onReceived)
                onReceived(bytes);
        }, Qt::QueuedConnection);
    }

    Script m_script;
    transfer::sftp::Framer m_framer;
};

inline std::shared_ptr<transfer::SftpClient> clientOf(ScriptedServer::Script script)
{
    return std::make_shared<transfer::SftpClient>(std::make_unique<ScriptedServer>(std::move(script)), QStringLiteral("evil-1"));
}

} // namespace nimbook::testing
