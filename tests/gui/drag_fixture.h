// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/files/folder_view.h"
#include "ui/files/remote_pane.h"

#include "support/scripted_prompts.h"
#include "support/sshd_fixture.h"

#include <QDir>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <memory>

#include <sys/prctl.h>

namespace nimbook::testing {

/// Nothing of this outlives the test, however that ends.
inline void dieTogether(QProcess &process)
{
    process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
}

inline void endProgram(QProcess &process)
{
    process.terminate();
    if (process.state() != QProcess::NotRunning && !process.waitForFinished(3'000)) {
        process.kill();
        process.waitForFinished(3'000);
    }
}

/// The remote pane over a folder of a real sshd, in a window of its own, beside a real file manager. What is dropped into the pane is uploaded.
class DragFixture {
public:
    ~DragFixture() { end(); }

    /// \returns what went wrong; empty: the pane stands and shows the one file "from machine.txt"
    QString start()
    {
        if (!sshd.start())
            return sshd.errorString();
        remote = sshd.directory() + QStringLiteral("/machine");
        write(remote + QStringLiteral("/from machine.txt"), "made on the machine");
        write(local.filePath(QStringLiteral("from here.txt")), "made on this computer");
        queue = std::make_unique<transfer::TransferQueue>(sshd.settings());
        staging = std::make_unique<models::DragStaging>(home.filePath(QStringLiteral("drag")));
        staging->setQueue(queue.get());
        pane = std::make_unique<ui::RemotePane>(QStringLiteral("machine"), prompts, *staging, nullptr);
        pane->model().setFiles(queue->files(), QStringLiteral("me"));
        pane->model().setDirectory(remote);
        QObject::connect(pane.get(), &ui::RemotePane::uploadRequested, queue.get(), [this](const QStringList &paths, const QString &directory) { queue->upload(paths, directory); });
        QObject::connect(queue.get(), &transfer::TransferQueue::finished, &pane->model(), &models::RemoteDirectoryModel::refresh);
        pane->setGeometry(40, 60, 520, 420);
        pane->show();
        if (!QTest::qWaitForWindowExposed(pane.get(), 20'000))
            return QStringLiteral("the pane's window does not come");
        return QTest::qWaitFor([this] { return row(QStringLiteral("from machine.txt")).isValid(); }, 15'000) ? QString() : QStringLiteral("the pane shows no files");
    }

    /// With a home of its own and no session bus: it would only look for a desktop to report to.
    bool startFileManager(const QString &program, const QStringList &arguments, const QMap<QString, QString> &settings = {})
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const char *name : {"HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"})
            environment.insert(QString::fromLatin1(name), home.path());
        environment.remove(QStringLiteral("QT_QPA_PLATFORM"));
        environment.insert(QStringLiteral("DBUS_SESSION_BUS_ADDRESS"), QStringLiteral("unix:path=/nonexistent"));
        for (auto each = settings.cbegin(); each != settings.cend(); ++each)
            environment.insert(each.key(), each.value());
        dieTogether(fileManager);
        fileManager.setProcessEnvironment(environment);
        fileManager.setStandardErrorFile(home.filePath(QStringLiteral("file manager.log")));
        fileManager.start(program, arguments + QStringList(local.path()));
        return fileManager.waitForStarted(5'000);
    }
    QByteArray fileManagerLog() const { return read(home.filePath(QStringLiteral("file manager.log"))); }

    void end()
    {
        endProgram(fileManager);
        pane.reset();
        staging.reset();
        queue.reset();
    }

    QModelIndex row(const QString &name) const
    {
        const QAbstractItemModel *model = pane->view()->model();
        return model->match(model->index(0, 0), Qt::DisplayRole, name, 1, Qt::MatchExactly).value(0);
    }
    /// Where a hand takes it: on its name, in the view's viewport.
    QPoint grip(const QString &name) const
    {
        const QRect cell = pane->view()->visualRect(row(name));
        return cell.topLeft() + QPoint(60, cell.height() / 2);
    }
    void addOnMachine(const QString &name, const QByteArray &bytes)
    {
        write(remote + u'/' + name, bytes);
        pane->model().refresh();
        QTRY_VERIFY_WITH_TIMEOUT(row(name).isValid(), 15'000);
    }

    static void write(const QString &path, const QByteArray &bytes)
    {
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        QVERIFY2(file.open(QIODevice::WriteOnly), qPrintable(path));
        QCOMPARE(file.write(bytes), bytes.size());
    }
    static QByteArray read(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("cannot be read");
    }

    QTemporaryDir home;
    QTemporaryDir local; ///< what the file manager shows
    SshdFixture sshd;
    QProcess fileManager;
    ScriptedPrompts prompts;
    std::unique_ptr<transfer::TransferQueue> queue;
    std::unique_ptr<models::DragStaging> staging;
    std::unique_ptr<ui::RemotePane> pane;
    QString remote; ///< the folder of the "machine" that the pane shows
};

} // namespace nimbook::testing
