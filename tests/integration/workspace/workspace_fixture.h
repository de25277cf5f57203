// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/network_transport.h"
#include "support/finish.h"
#include "support/sandbox_fixture.h"
#include "workspace/workspace.h"

#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QNetworkRequest>

#include <memory>

namespace nimbook::testing {

/// The application without its window on folders of its own, signed in to a sandbox that a SandboxFixture runs.
///
/// Signs in by the sandbox's credential file, as to Google; a second one on the same folders is the app started again.
class App {
public:
    App(const SandboxFixture &sandbox, const QString &folder, workspace::Patience patience = quick())
        : App(sandbox, folder, patience, auth::makeSessionStore())
    {
    }
    App(const SandboxFixture &sandbox, const QString &folder, workspace::Patience patience, std::shared_ptr<auth::SecretStore> secrets)
        : m_secrets(std::move(secrets)), m_settings(folder + QStringLiteral("/nimbook.conf"))
    {
        qputenv("CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE", sandbox.computeEndpoint().toString().toUtf8());
        for (const char *api : {"CLOUDRESOURCEMANAGER", "SERVICEUSAGE", "CLOUDBILLING", "OSLOGIN"}) // all below one root
            qputenv(QByteArray("CLOUDSDK_API_ENDPOINT_OVERRIDES_") + api, sandbox.resourceManagerEndpoint().toString().toUtf8());
        qputenv("NIMBOOK_IAP_RELAY", sandbox.relayEndpoint().toString().toUtf8());
        workspace::Directories directories{folder, folder + QStringLiteral("/state"), folder + QStringLiteral("/cache")};
        space = std::make_unique<workspace::Workspace>(workspace::Collaborators{
            m_transport, *m_secrets, m_settings, directories, workspace::Catalogue::load().value(), SandboxFixture::program(),
            std::make_shared<Clock>(), patience});
        m_credential = sandbox.credentialsFile();
    }
    ~App() { space.reset(); }

    static workspace::Patience quick()
    {
        workspace::Patience patience;
        patience.ssh = std::chrono::seconds(60);
        patience.setup = std::chrono::seconds(60);
        patience.poll = std::chrono::milliseconds(200);
        return patience;
    }

    /// Empty: signed in, and the machines of \a project are listed.
    QString signIn(const QString &project)
    {
        const End end = endOf(space->signInWithCredentialFile(m_credential), 20'000);
        if (!end.ok())
            return QString::fromUtf8(end.why());
        space->setCurrentProject(project);
        if (!QTest::qWaitFor([this] { return space->machines() && space->machines()->isLoaded(); }, 20'000))
            return QStringLiteral("no list of machines");
        return {};
    }

    cloud::CreateSpec spec(const QString &name, const QString &zone = QStringLiteral("us-central1-a"))
    {
        cloud::CreateSpec spec;
        spec.ref = {space->currentProject(), zone, name};
        spec.machineType = QStringLiteral("e2-standard-4");
        spec.diskSizeGb = 50;
        spec.imageProject = QStringLiteral("debian-cloud");
        spec.imageFamily = QStringLiteral("debian-12");
        space->completeSpec(spec, space->catalogue().defaultContainerImage());
        return spec;
    }

    /// How a job that is running ended; it may delete itself.
    struct End {
        Job::State state = Job::State::NotStarted;
        Error error;
        QList<Step> steps;

        bool ok() const { return state == Job::State::Succeeded; }
        QByteArray why() const
        {
            return (QStringLiteral("state %1: %2 | %3 | %4").arg(int(state)).arg(error.message, error.nextStep, error.detail)).toUtf8();
        }
        const Step *step(const QString &id) const
        {
            for (const Step &one : steps)
                if (one.id == id)
                    return &one;
            return nullptr;
        }
    };
    static End endOf(Job *job, int milliseconds = 90'000)
    {
        End end;
        bool done = false;
        const auto note = [&, job] {
            done = true;
            end.state = job->state();
            end.error = job->error();
            if (auto *flow = qobject_cast<Flow *>(job))
                end.steps = flow->steps();
        };
        if (job->isFinished())
            note();
        QObject::connect(job, &Job::finished, job, note);
        if (!QTest::qWaitFor([&] { return done; }, milliseconds)) {
            job->disconnect(job);
            end.error.message = QStringLiteral("did not end in time");
            if (auto *flow = qobject_cast<Flow *>(job))
                end.error.message += QStringLiteral(", step ") + flow->steps().value(flow->currentStep()).id;
        }
        return end;
    }

    struct Answer {
        int status = 0;
        QByteArray body;
    };
    static Answer get(const QUrl &root, const QString &path, const Secret &token)
    {
        QNetworkAccessManager manager;
        manager.setProxy(QNetworkProxy::NoProxy);
        QUrl url = root;
        url.setPath(path);
        QNetworkRequest request(url);
        if (!token.isEmpty())
            request.setRawHeader("Authorization", "token " + token.reveal());
        request.setTransferTimeout(10'000);
        const std::unique_ptr<QNetworkReply> reply(manager.get(request));
        QSignalSpy finished(reply.get(), &QNetworkReply::finished);
        if (!reply->isFinished())
            finished.wait(15'000);
        return {reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), reply->readAll()};
    }

    /// Something that shall go wrong in the sandbox (its --fault words); empty: nothing any more.
    static int fault(const SandboxFixture &sandbox, const QString &spec)
    {
        QNetworkAccessManager manager;
        manager.setProxy(QNetworkProxy::NoProxy);
        QUrl url = sandbox.url();
        url.setPath(QStringLiteral("/nimbook/faults"));
        QNetworkRequest request(url);
        request.setRawHeader("Authorization", "Bearer " + sandbox.adminToken());
        request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
        const QByteArray body = QJsonDocument(QJsonObject{{QStringLiteral("spec"), spec}}).toJson();
        const std::unique_ptr<QNetworkReply> reply(spec.isEmpty() ? manager.deleteResource(request) : manager.post(request, body));
        QSignalSpy finished(reply.get(), &QNetworkReply::finished);
        finished.wait(15'000);
        return reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    }

    std::unique_ptr<workspace::Workspace> space;

private:
    net::NetworkTransport m_transport;
    std::shared_ptr<auth::SecretStore> m_secrets;
    workspace::Settings m_settings;
    QString m_credential;
};

} // namespace nimbook::testing
