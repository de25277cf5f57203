// SPDX-License-Identifier: Apache-2.0
#include "workspace/needed_permissions.h"

#include <QFile>
#include <QRegularExpression>
#include <QTest>

using namespace nimbook;

class NeededPermissionsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readme_listsExactlyThePermissionsThatAreAsked()
    {
        QFile readme(qEnvironmentVariable("NIMBOOK_SOURCE_DIR") + QStringLiteral("/README.md"));
        QVERIFY(readme.open(QIODevice::ReadOnly));
        static const QRegularExpression permission(QStringLiteral("\\b(?:compute|iam)\\.[A-Za-z]+\\.[A-Za-z]+\\b"));
        QStringList listed;
        auto found = permission.globalMatch(QString::fromUtf8(readme.readAll()));
        while (found.hasNext())
            listed += found.next().captured();
        listed.sort();
        QCOMPARE(listed, workspace::neededPermissions());
    }

    void whatAMachineNeeds_isPartOfTheList()
    {
        cloud::CreateSpec spec;
        for (const QString &permission : workspace::permissionsToCreate(spec))
            QVERIFY2(workspace::neededPermissions().contains(permission), qPrintable(permission));
        QVERIFY(workspace::permissionsToCreate(spec).contains(QStringLiteral("iam.serviceAccounts.actAs")));
        spec.scopes.clear();
        spec.externalAddress = false;
        QVERIFY(!workspace::permissionsToCreate(spec).contains(QStringLiteral("iam.serviceAccounts.actAs")));
        QVERIFY(!workspace::permissionsToCreate(spec).contains(QStringLiteral("compute.subnetworks.useExternalIp")));
    }
};

QTEST_GUILESS_MAIN(NeededPermissionsTest)
#include "needed_permissions_test.moc"
