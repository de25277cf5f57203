// SPDX-License-Identifier: Apache-2.0
#include "models/machine_commands.h"

#include "cloud/gce/endpoints.h"
#include "contract/client/discovery_document.h"

#include <QDir>
#include <QTest>

using namespace nimbook;
using models::machineCommands;

class MachineCommandsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyAction_hasAForm()
    {
        const auto commands = machineCommands(machine(), context());
        for (const char *id : {"openNotebook", "startJupyter", "shell", "upload", "download", "install", "start", "stop", "reset", "publishKey", "delete", "stopContainer", "buildImage",
                               "containerLogs", "freeze", "recreate", "forwardMachinePort", "containerShell", "monitor", "runInBackground", "rename", "deleteFile", "permissions", "synchronise"})
            QVERIFY2(!formOf(commands, id, {}).isEmpty(), id);
    }

    void everyRequest_isAsGoogleDocumentsIt()
    {
        const QString folder = qEnvironmentVariable("NIMBOOK_CONTRACT_DATA");
        if (folder.isEmpty())
            QSKIP("NIMBOOK_CONTRACT_DATA is not set: the requests shown were not compared with Google's discovery documents");
        const QDir documents(folder + QStringLiteral("/discovery"));
        int requests = 0;
        for (const auto &list : {machineCommands(machine(), context()), models::projectCommands(QStringLiteral("lab"), context())}) {
            for (const auto &command : list) {
                for (const auto &form : command.forms) {
                    if (!form.title.startsWith(QLatin1String("Request")))
                        continue;
                    const QString api = form.title.endsWith(QLatin1String("Compute Engine")) ? QStringLiteral("compute.v1")
                        : form.title.endsWith(QLatin1String("Service Usage"))              ? QStringLiteral("serviceusage.v1")
                                                                                            : QStringLiteral("cloudresourcemanager.v3");
                    const QStringList files = documents.entryList({api + QStringLiteral(".*.json")});
                    QVERIFY2(!files.isEmpty(), qPrintable(api));
                    const testing::DiscoveryDocument document(documents.filePath(files.constFirst()));
                    QByteArray body = form.text.contains(QLatin1String("\n\n")) ? form.text.section(QStringLiteral("\n\n"), 1).toUtf8() : QByteArray();
                    const bool mayBeEmpty = api == QLatin1String("serviceusage.v1"); // EnableServiceRequest has no field that must be there
                    const auto check = document.check(form.text.section(u' ', 0, 0).toLatin1(), QUrl(form.text.section(u'\n', 0, 0).section(u' ', 1)), mayBeEmpty ? QByteArray("{}") : body);
                    QVERIFY2(!check.method.isEmpty() && check.faults.isEmpty(), qPrintable(command.id + QStringLiteral(": ") + check.faults.join(QStringLiteral("; "))));
                    ++requests;
                }
            }
        }
        QVERIFY(requests >= 8);
    }

    void start_isSaidInThreeWays()
    {
        const auto commands = machineCommands(machine(), context());
        QCOMPARE(formOf(commands, "start", QStringLiteral("nimbookctl")),
                 QStringLiteral("nimbookctl start --gcp-project-id lab --zone us-central1-a --instance-name trainer-1"));
        QCOMPARE(formOf(commands, "start", QStringLiteral("gcloud")),
                 QStringLiteral("gcloud compute instances start trainer-1 --project=lab --zone=us-central1-a"));
        QVERIFY(formOf(commands, "start", QStringLiteral("Request to Compute Engine"))
                    .startsWith(QLatin1String("POST https://compute.googleapis.com/compute/v1/projects/lab/zones/us-central1-a/instances/trainer-1/start\n")));
    }

    void noExternalAddress_gcloudGoesThroughIap()
    {
        auto inner = machine();
        inner.externalAddress.clear();
        QVERIFY(formOf(machineCommands(inner, context()), "shell", QStringLiteral("gcloud")).contains(QLatin1String("--tunnel-through-iap")));
        QVERIFY(!formOf(machineCommands(machine(), context()), "shell", QStringLiteral("gcloud")).contains(QLatin1String("--tunnel-through-iap")));
        QVERIFY(!formOf(machineCommands(inner, context()), "stop", QStringLiteral("gcloud")).contains(QLatin1String("--tunnel-through-iap")));
    }

    void sandbox_hasNoGcloud()
    {
        auto inSandbox = context();
        inSandbox.sandbox = true;
        const auto commands = machineCommands(machine(), inSandbox);
        QVERIFY(formOf(commands, "start", QStringLiteral("gcloud")).isEmpty());
        QVERIFY(formOf(commands, "start", QStringLiteral("nimbookctl")).contains(QLatin1String(" --sandbox ")));
    }

    void ssh_isSaidOnceThereIsAConnection()
    {
        QVERIFY(formOf(machineCommands(machine(), context()), "shell", QStringLiteral("ssh")).isEmpty());
        auto connected = context();
        connected.connection.host = QStringLiteral("203.0.113.7");
        connected.connection.user = QStringLiteral("ada");
        connected.connection.privateKeyPath = QStringLiteral("/home/ada/my keys/id");
        connected.connection.hostKeys.alias = QStringLiteral("compute.17");
        const QString line = formOf(machineCommands(machine(), connected), "openNotebook", QStringLiteral("ssh"));
        QVERIFY2(line.contains(QLatin1String("-i '/home/ada/my keys/id'")), qPrintable(line));
        QVERIFY2(line.contains(QLatin1String("HostKeyAlias=compute.17")), qPrintable(line));
        QVERIFY2(line.endsWith(QLatin1String("-N -L \"18888:localhost:8888\" ada@203.0.113.7")), qPrintable(line));
    }

    void publishKey_keepsTheOtherMetadata()
    {
        const QString text = formOf(machineCommands(machine(), context()), "publishKey", {});
        QVERIFY2(text.contains(QLatin1String("\"nimbook-image\"")), qPrintable(text));
        QVERIFY(text.contains(QLatin1String("\"fingerprint\": \"abc=\"")));
        QVERIFY(text.contains(QLatin1String("google-ssh")));
        QVERIFY(!text.contains(QLatin1String("#!/bin/sh"))); // the script is long
    }

private:
    static cloud::Instance machine()
    {
        cloud::Instance machine;
        machine.ref = {QStringLiteral("lab"), QStringLiteral("us-central1-a"), QStringLiteral("trainer-1")};
        machine.externalAddress = QStringLiteral("203.0.113.7");
        machine.metadata = {{QStringLiteral("nimbook-image"), QStringLiteral("quay.io/x")}, {QStringLiteral("startup-script"), QStringLiteral("#!/bin/sh\n…")}};
        machine.metadataFingerprint = QStringLiteral("abc=");
        return machine;
    }
    static models::CommandContext context()
    {
        models::CommandContext context;
        const cloud::Endpoints endpoints;
        context.compute = endpoints.compute;
        context.resourceManager = endpoints.resourceManager;
        context.serviceUsage = endpoints.serviceUsage;
        context.login = QStringLiteral("ada");
        return context;
    }
    /// \param form empty: the first
    static QString formOf(const QList<models::MachineCommand> &commands, const char *id, const QString &form)
    {
        for (const auto &command : commands) {
            if (command.id != QLatin1String(id))
                continue;
            for (const auto &one : command.forms) {
                if (form.isEmpty() || one.title == form)
                    return one.text;
            }
        }
        return {};
    }
};

QTEST_GUILESS_MAIN(MachineCommandsTest)
#include "machine_commands_test.moc"
