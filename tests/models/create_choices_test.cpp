// SPDX-License-Identifier: Apache-2.0
#include "models/create_choices.h"

#include <QTest>

using namespace nimbook;

class CreateChoicesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void containerReference_isChecked_data()
    {
        QTest::addColumn<QString>("reference");
        QTest::addColumn<bool>("good");
        for (const char *good : {"ubuntu", "quay.io/jupyter/tensorflow-notebook:cuda-latest", "localhost:5000/a/b", "tensorflow/tensorflow:2.17.0-gpu-jupyter",
                                 "gcr.io/p/i@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"})
            QTest::newRow(good) << QString::fromUtf8(good) << true;
        for (const char *bad : {"", "Ubuntu", "a b", "https://quay.io/a", "a:", "a::b", "-x", "a/../b", "a;rm -rf /", "$(id)", "a:b\nc"})
            QTest::newRow(*bad ? bad : "empty") << QString::fromUtf8(bad) << false;
    }

    void containerReference_isChecked()
    {
        QFETCH(QString, reference);
        QFETCH(bool, good);
        QCOMPARE(models::containerImageProblem(reference).isEmpty(), good);
    }

    void freeName_counts_data()
    {
        QTest::addColumn<QStringList>("taken");
        QTest::addColumn<QString>("wanted");
        QTest::addColumn<QString>("expected");
        QTest::newRow("free") << QStringList() << "trainer" << "trainer";
        QTest::newRow("taken") << QStringList{QStringLiteral("trainer")} << "trainer" << "trainer-2";
        QTest::newRow("next number") << QStringList{QStringLiteral("n-1"), QStringLiteral("n-2")} << "n-1" << "n-3";
        QTest::newRow("long") << QStringList{QString(63, u'a')} << QString(63, u'a') << QString(56, u'a') + QStringLiteral("-2");
    }

    void freeName_counts()
    {
        QFETCH(QStringList, taken);
        QFETCH(QString, wanted);
        QFETCH(QString, expected);
        const QString name = models::freeMachineName(taken, wanted);
        QCOMPARE(name, expected);
        QVERIFY(cloud::instanceNameProblem(name).isEmpty());
    }

    void command_isOneThatAShellTakes()
    {
        cloud::CreateSpec spec;
        spec.ref = {QStringLiteral("p"), QStringLiteral("us-central1-a"), QStringLiteral("notebook-1")};
        spec.machineType = QStringLiteral("n1-standard-4");
        spec.acceleratorType = QStringLiteral("nvidia-tesla-t4");
        spec.acceleratorCount = 1;
        spec.labels.insert(QStringLiteral("note"), QStringLiteral("it's; $(id)"));
        spec.metadata.insert(QStringLiteral("startup-script"), QStringLiteral("#!/bin/sh\nsecret"));
        const QString command = models::gcloudCommand(spec);
        QVERIFY(command.startsWith(QStringLiteral("gcloud compute instances create notebook-1 \\\n")));
        QVERIFY2(command.contains(QStringLiteral("--labels='note=it'\\''s; $(id)'")), qPrintable(command));
        QVERIFY(command.contains(QStringLiteral("--accelerator=type=nvidia-tesla-t4,count=1")));
        QVERIFY(command.contains(QStringLiteral("--maintenance-policy=TERMINATE")));
        QVERIFY(!command.contains(QStringLiteral("secret")));
    }
};

QTEST_GUILESS_MAIN(CreateChoicesTest)
#include "create_choices_test.moc"
