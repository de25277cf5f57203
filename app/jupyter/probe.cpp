// SPDX-License-Identifier: Apache-2.0
#include "jupyter/probe.h"

#include "base/backoff.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QPointer>
#include <QTimer>

#include <memory>

namespace nimbook::jupyter {

namespace {

class Probe final : public ValueJob<QString> {
public:
    Probe(net::HttpTransport &transport, quint16 port, Secret token, std::chrono::milliseconds deadline, QObject *parent)
        : ValueJob(parent), m_transport(transport), m_token(std::move(token)), m_deadline(deadline)
    {
        m_root.setScheme(QStringLiteral("http"));
        m_root.setHost(QStringLiteral("127.0.0.1"));
        m_root.setPort(port);
    }

protected:
    void run() override
    {
        // The deadline covers everything: a half-open port may hold a single request for long.
        m_end.setSingleShot(true);
        connect(&m_end, &QTimer::timeout, this, [this] { onDeadline(); });
        m_end.start(m_deadline);
        m_pause.setSingleShot(true);
        connect(&m_pause, &QTimer::timeout, this, [this] { ask(); });
        ask();
    }

    void abort() override
    {
        m_end.stop();
        m_pause.stop();
        if (m_request)
            m_request->cancel();
    }

    void aboutToFinish() override { abort(); }

private:
    net::HttpJob *get(const QString &path)
    {
        net::HttpRequest request;
        request.url = m_root;
        request.url.setPath(path);
        request.headers = {{"Authorization", "token " + m_token.reveal()}, {"Accept", "application/json"}};
        request.timeout = std::chrono::seconds(5);
        auto *job = m_transport.send(request, this);
        m_request = job;
        return job;
    }

    void ask()
    {
        auto *job = get(QStringLiteral("/api/status"));
        connect(job, &Job::finished, this, [this, job] {
            job->deleteLater();
            if (!isRunning())
                return;
            const auto answer = job->result();
            m_lastProblem = answer ? QStringLiteral("HTTP %1").arg(answer->status) : answer.error().message;
            if (answer && answer->status == 200)
                askVersion();
            else if (answer && (answer->status == 401 || answer->status == 403))
                fail({ErrorKind::AuthenticationFailed, tr("The Jupyter behind %1 does not accept this machine's token.").arg(m_root.toString()),
                      tr("Another Jupyter may run on the machine: stop it, then open the notebook again."), m_lastProblem, {}});
            else
                m_pause.start(m_backoff.delay(m_attempt++));
        });
        job->start();
    }

    void askVersion()
    {
        auto *job = get(QStringLiteral("/api"));
        connect(job, &Job::finished, this, [this, job] {
            job->deleteLater();
            if (!isRunning())
                return;
            const auto answer = job->result();
            const QString version = answer ? QJsonDocument::fromJson(answer->body).object().value(QLatin1String("version")).toString() : QString();
            if (!version.isEmpty())
                succeedWith(version);
            else
                m_pause.start(m_backoff.delay(m_attempt++));
        });
        job->start();
    }

    void onDeadline()
    {
        fail({ErrorKind::Timeout,
              tr("Jupyter did not answer at %1 within %2 s (last answer: %3).")
                  .arg(m_root.toString())
                  .arg(std::chrono::duration_cast<std::chrono::seconds>(m_deadline).count())
                  .arg(m_lastProblem.isEmpty() ? tr("none") : m_lastProblem),
              tr("Look at the container's log, then open the notebook again."), m_lastProblem, {}});
    }

    net::HttpTransport &m_transport;
    QUrl m_root;
    Secret m_token;
    std::chrono::milliseconds m_deadline;
    Backoff m_backoff{std::chrono::milliseconds(100), 1.5, std::chrono::seconds(2)};
    int m_attempt = 0;
    QString m_lastProblem;
    QPointer<net::HttpJob> m_request;
    QTimer m_pause;
    QTimer m_end;
};

} // namespace

ValueJob<QString> *probe(net::HttpTransport &transport, quint16 localPort, const Secret &token, std::chrono::milliseconds deadline,
                         QObject *parent)
{
    return new Probe(transport, localPort, token, deadline, parent);
}

} // namespace nimbook::jupyter
