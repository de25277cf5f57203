// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/machine_commands.h"

#include <QJsonObject>
#include <QStringList>

namespace nimbook::models {

/// The ways in which one thing is said about one machine. Refers to what it was made from.
class CommandWriter {
public:
    CommandWriter(const cloud::Instance &machine, const CommandContext &context) : m_machine(machine), m_context(context) {}

    QList<CommandForm> nimbookctl(const QString &verb, const QStringList &more = {}) const;
    QList<CommandForm> gcloud(const QStringList &verb, const QStringList &more = {}) const; ///< none in the sandbox, of which gcloud knows nothing
    QList<CommandForm> request(const QString &verb, const QString &method, const QJsonObject &body = {}) const;

    /// A line for a shell on the machine, in every way in which one gets there. \param tty it wants a terminal
    QList<CommandForm> onMachine(const QString &line, bool tty = false) const;
    QList<CommandForm> shell() const;
    /// A port of this computer that leads to one that the machine reaches; \a host may be a substitution of the shell's.
    QList<CommandForm> forward(quint16 localPort, const QString &host, quint16 port) const;
    /// rsync over the same ssh. \a from and \a to: placeholders or "HERE:/path" for the machine's side
    QList<CommandForm> rsync(const QStringList &options, const QString &from, const QString &to) const;
    QList<CommandForm> gcloudCopy(const QString &from, const QString &to) const;

    QString name() const { return m_machine.ref.name; }
    QString loginAt(const QString &path) const;
    QJsonObject metadataWithKey() const;

    /// \param body shown as it is sent; empty: there is none
    static CommandForm requestForm(const QString &verb, const QUrl &address, const QJsonObject &body = {});

private:
    QStringList nimbookctlWords(const QString &verb) const;
    QStringList gcloudWords(const QStringList &verb, bool overSsh) const;
    bool hasSsh() const; ///< towards an address that ssh itself can reach, and once the key and the pins are there
    QStringList sshWords() const; ///< without the destination
    QString destination() const;

    const cloud::Instance &m_machine;
    const CommandContext &m_context;
};

} // namespace nimbook::models
