// SPDX-License-Identifier: Apache-2.0
#include "cloud/gce/enable_service_job.h"

#include "cloud/gce/api_paths.h"

namespace nimbook::cloud {

namespace {

constexpr std::chrono::seconds enablePollPause{2};
constexpr std::chrono::minutes enablePatience{5};

} // namespace

EnableServiceJob::EnableServiceJob(net::ApiClient &api, QUrl serviceUsage, net::ApiRequest enable, QObject *parent)
    : ValueJob(parent), m_api(api), m_serviceUsage(std::move(serviceUsage)), m_enable(std::move(enable))
{
    m_pause.setSingleShot(true);
    m_deadline.setSingleShot(true);
    connect(&m_pause, &QTimer::timeout, this, [this] { send(m_look); });
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        fail({ErrorKind::Timeout, tr("Could not %1: Google has not finished it after 5 minutes.").arg(m_enable.purpose),
              tr("It may still succeed: check again in some minutes."), {}, {}});
    });
}

void EnableServiceJob::run()
{
    m_deadline.start(enablePatience);
    send(m_enable);
}

void EnableServiceJob::abort()
{
    m_pause.stop();
    m_deadline.stop();
    if (m_call)
        m_call->cancel();
}

void EnableServiceJob::send(const net::ApiRequest &request)
{
    auto *call = m_api.call(request, this);
    m_call = call;
    connect(call, &Job::finished, this, [this, call] {
        call->deleteLater();
        if (!isRunning())
            return;
        if (const auto operation = call->result())
            follow(*operation);
        else
            failAs(*call);
    });
    call->start();
}

void EnableServiceJob::follow(const QJsonObject &operation)
{
    const QJsonObject error = operation.value(QStringLiteral("error")).toObject();
    const QString name = operation.value(QStringLiteral("name")).toString(); // "operations/acf.1234"
    if (!error.isEmpty()) {
        fail({ErrorKind::ServerError, tr("Could not %1: %2").arg(m_enable.purpose, error.value(QStringLiteral("message")).toString()),
              tr("Enable it in the Google Cloud console; a project without a billing account cannot have it."), name, {}});
    } else if (operation.value(QStringLiteral("done")).toBool() || name.isEmpty() || name.startsWith(QLatin1String("operations/noop."))) {
        succeedWith({});
    } else {
        m_look.url = apiUrl(m_serviceUsage, QStringList{QStringLiteral("v1")} + name.split(QLatin1Char('/')));
        m_look.purpose = m_enable.purpose;
        m_pause.start(enablePollPause);
    }
}

} // namespace nimbook::cloud
