// SPDX-License-Identifier: Apache-2.0
#include "auth/metadata_read_job.h"

#include <QRandomGenerator>

namespace nimbook::auth {

namespace {

constexpr int mostMetadataTries = 3;

/// GCE_METADATA_HOST (host[:port]) moves it, GCE_METADATA_IP names its number; by number so that no name server is asked.
QUrl metadataAddress(const QString &path)
{
    QString host = qEnvironmentVariable("GCE_METADATA_HOST");
    if (host.isEmpty())
        host = qEnvironmentVariable("GCE_METADATA_IP", QStringLiteral("169.254.169.254"));
    return QUrl(QStringLiteral("http://") + host + QStringLiteral("/computeMetadata/v1/") + path);
}

} // namespace

MetadataReadJob::MetadataReadJob(net::HttpTransport &transport, QString path, Backoff backoff, QObject *parent)
    : ValueJob(parent), m_transport(transport), m_path(std::move(path)), m_backoff(backoff)
{
    m_pause.setSingleShot(true);
    connect(&m_pause, &QTimer::timeout, this, &MetadataReadJob::run);
}

void MetadataReadJob::run()
{
    net::HttpRequest request;
    request.url = metadataAddress(m_path);
    request.headers = {{"Metadata-Flavor", "Google"}, {"User-Agent", "Nimbook/" NIMBOOK_VERSION}};
    request.timeout = std::chrono::seconds(3);
    m_waiting.wait(m_transport.send(request, this), [this](net::HttpJob &job) {
        if (const auto response = job.result())
            onAnswer(*response);
        else
            retryOrFail(job.error());
    });
}

void MetadataReadJob::abort()
{
    m_pause.stop();
    m_waiting.cancel();
}

void MetadataReadJob::onAnswer(const net::HttpResponse &response)
{
    const QString detail = QStringLiteral("HTTP %1 of %2").arg(response.status).arg(metadataAddress(m_path).toString());
    // Many networks answer for an address that nobody has; only Google's server says this.
    if (response.header("Metadata-Flavor") != "Google") {
        return fail({ErrorKind::Protocol, tr("This computer is not a Compute Engine machine: what answers is not Google's metadata server."),
                     tr("Sign in in another way."), detail, {}});
    }
    if (response.status == 200)
        return succeedWith(response.body);
    if (response.status == 404)
        return fail({ErrorKind::NotFound, tr("This machine has no “%1”.").arg(m_path), tr("Sign in in another way."), detail, {}});
    retryOrFail({ErrorKind::ServerError, tr("The metadata server of this machine answered HTTP %1.").arg(response.status), tr("Try again."), detail, {}});
}

void MetadataReadJob::retryOrFail(const Error &error)
{
    if (error.kind == ErrorKind::Cancelled || ++m_failures >= mostMetadataTries)
        return fail(error);
    m_pause.start(m_backoff.delay(m_failures - 1, QRandomGenerator::global()->generateDouble()));
}

} // namespace nimbook::auth
