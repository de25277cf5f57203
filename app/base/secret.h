// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QDebug>

namespace nimbook {

/// A token, a private key, a password. Printing one gives "[secret]"; only reveal() shows it, so that
/// every place where it leaves the program can be found by name.
class Secret {
public:
    Secret() = default;
    explicit Secret(QByteArray value) : m_value(std::move(value)) {}

    const QByteArray &reveal() const { return m_value; }
    bool isEmpty() const { return m_value.isEmpty(); }
    bool operator==(const Secret &) const = default;

private:
    QByteArray m_value;
};

inline QDebug operator<<(QDebug debug, const Secret &secret)
{
    QDebugStateSaver saver(debug);
    return debug.nospace().noquote() << (secret.isEmpty() ? "[no secret]" : "[secret]");
}

} // namespace nimbook

