// SPDX-License-Identifier: Apache-2.0
#include "sync/trash_job.h"

#include "support/finish.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace nimbook;

class TrashJobTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void files_goToTheTrash_andWhatCannotIsNamed()
    {
        QTemporaryDir folder; // the trash lies on the same disk, so that moving is a rename
        qputenv("XDG_DATA_HOME", QFile::encodeName(folder.filePath(QStringLiteral("data"))));
        QVERIFY(QDir().mkpath(folder.filePath(QStringLiteral("data"))));
        QFile file(folder.filePath(QStringLiteral("old model.keras")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("weights");
        file.close();
        const QString missing = folder.filePath(QStringLiteral("not there"));
        const Result<QStringList> kept = testing::resultOf(new sync::TrashJob({file.fileName(), missing}));
        QVERIFY(kept);
        QCOMPARE(*kept, QStringList{missing});
        QVERIFY(!file.exists());
        QFile trashed(folder.filePath(QStringLiteral("data/Trash/files/old model.keras")));
        QVERIFY(trashed.open(QIODevice::ReadOnly));
        QCOMPARE(trashed.readAll(), QByteArray("weights"));
    }
};

QTEST_GUILESS_MAIN(TrashJobTest)
#include "trash_job_test.moc"
