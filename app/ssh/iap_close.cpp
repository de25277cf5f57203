// SPDX-License-Identifier: Apache-2.0
#include "ssh/iap_close.h"

#include <QCoreApplication>

namespace nimbook::ssh::iap {

namespace {

struct IapCloseText {
    Q_DECLARE_TR_FUNCTIONS(nimbook::ssh::iap::IapClose)
};

CloseVerdict notAllowed(const QString &machine, const QString &detail)
{
    return {CloseMeaning::Refused,
            {ErrorKind::PermissionDenied, IapCloseText::tr("Identity-Aware Proxy does not let this account reach %1.").arg(machine),
             IapCloseText::tr("Ask for the role IAP-secured Tunnel User (roles/iap.tunnelResourceAccessor) on the project or the machine."), detail, {}}};
}

CloseVerdict lost(const QString &machine, ErrorKind kind, const QString &detail)
{
    return {CloseMeaning::Lost,
            {kind, IapCloseText::tr("Identity-Aware Proxy could not go on with the connection to %1.").arg(machine),
             IapCloseText::tr("Connect again."), detail, {}}};
}

} // namespace

CloseVerdict judgeClose(int code, const QString &machine, const QString &reason)
{
    const QString detail = QStringLiteral("relay closed with %1 %2").arg(code).arg(reason).trimmed();
    switch (code) {
    case 1000: // normal
    case 4009: // writing to the destination failed: the machine has closed the connection
    case 4010: // reading from it, likewise
        return {CloseMeaning::EndOfStream, {}};
    case 4002: // the session is in use: the relay has not noticed yet that the other WebSocket is dead
        return {CloseMeaning::Interrupted, {}};
    case 4003: // cannot connect to the machine
        return {CloseMeaning::Refused,
                {ErrorKind::Network, IapCloseText::tr("Identity-Aware Proxy could not connect to SSH on %1.").arg(machine),
                 IapCloseText::tr("The machine may still be starting. If it stays like this, a firewall rule must let 35.235.240.0/20 in to TCP port 22."), detail, {}}};
    case 4004: // authenticate again
        return {CloseMeaning::NewToken, {}};
    case 4033: // not authorized
        return notAllowed(machine, detail);
    case 4047: // lookup failed
        return {CloseMeaning::Refused,
                {ErrorKind::Network, IapCloseText::tr("Identity-Aware Proxy does not find %1, or it does not run.").arg(machine),
                 IapCloseText::tr("Look whether the machine is running, then connect again."), detail, {}}};
    case 4001: // session unknown
    case 4051: // lookup failed on reconnect
    case 4074: // could not rewind to where we were
        return lost(machine, ErrorKind::Network, detail);
    case 4005: // bad acknowledgement
    case 4006: // invalid acknowledgement
    case 4007: // invalid WebSocket opcode
    case 4008: // invalid tag
    case 4013: // invalid data
        return lost(machine, ErrorKind::Protocol, detail);
    default: // 4000 unknown, and WebSocket's own: going away, no status, abnormal, server error
        return {CloseMeaning::Interrupted, {}};
    }
}

CloseVerdict judgeHandshake(int httpStatus, const QString &machine, const QString &reason)
{
    const QString detail = QStringLiteral("WebSocket handshake: %1").arg(reason);
    if (httpStatus == 401)
        return {CloseMeaning::NewToken, {}};
    if (httpStatus == 403)
        return notAllowed(machine, detail);
    if (httpStatus >= 400 && httpStatus < 500) {
        return {CloseMeaning::Refused,
                {ErrorKind::Protocol, IapCloseText::tr("Identity-Aware Proxy refused the connection to %1 (HTTP %2).").arg(machine).arg(httpStatus),
                 IapCloseText::tr("This may be due to missing permissions, or to a proxy of this network that allows no WebSockets."), detail, {}}};
    }
    return {CloseMeaning::Interrupted, {}};
}

} // namespace nimbook::ssh::iap
