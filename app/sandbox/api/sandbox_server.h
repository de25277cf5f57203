// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/api/api_front.h"
#include "sandbox/api/catalogue.h"
#include "sandbox/api/faults.h"
#include "sandbox/api/http_server.h"
#include "sandbox/api/iap_relay.h"
#include "sandbox/api/instance_life.h"
#include "sandbox/api/machine_room.h"
#include "sandbox/api/quota_ledger.h"
#include "sandbox/api/recorder.h"
#include "sandbox/api/seeder.h"
#include "sandbox/api/token_endpoint.h"

namespace nimbook::sandbox {

struct SandboxOptions {
    QHostAddress address;
    quint16 port = 0;
    QString directory;
    SeedOptions seed;
    QStringList faults;
    double speed = 1.0;
    QString recordFile;
};

/// The sandbox whole: Google's paths, the token endpoint, and /nimbook/faults and /nimbook/shutdown, which want the token
/// written to endpoint.json.
class SandboxServer : public QObject {
    Q_OBJECT
public:
    explicit SandboxServer(SandboxOptions options);
    ~SandboxServer() override;

    bool start(QString *why);
    QString url() const;

    /// Stops the machines and saves; what ran will be booted again at the next start.
    void shutDown(std::function<void()> done);

Q_SIGNALS:
    void shutdownRequested();

private:
    void handle(const HttpRequest &request, const ReplyHandler &reply);
    HttpReply administer(const HttpRequest &request);
    HttpReply postFault(const QByteArray &body);
    bool addFault(const QString &spec, QString *why);
    void applySlowness();

    SandboxOptions m_options;
    QString m_adminToken;
    Catalogue m_catalogue;
    ResourceStore m_store;
    FaultBook m_faults;
    QuotaLedger m_quotas;
    Operations m_operations;
    MachineRoom m_room;
    Services m_services;
    InstanceLife m_life;
    TokenEndpoint m_tokens;
    ApiFront m_front;
    Recorder m_recorder;
    IapRelay m_relay;
    HttpServer m_http;
};

} // namespace nimbook::sandbox
