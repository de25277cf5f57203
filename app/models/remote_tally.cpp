// SPDX-License-Identifier: Apache-2.0
#include "models/remote_tally.h"

#include "models/quantities.h"
#include "sync/remote_tree.h"

#include <QCoreApplication>
#include <QLocale>

namespace nimbook::models {

namespace {
constexpr qsizetype mostCounted = 100'000;
}

QString tallyText(const Tally &tally)
{
    if (tally.files == 0 && tally.folders == 0)
        return tally.isComplete ? RemoteTally::tr("nothing") : RemoteTally::tr("more than could be counted");
    const QString files = tally.files == 1 ? RemoteTally::tr("1 file") : RemoteTally::tr("%1 files").arg(QLocale().toString(tally.files));
    const QString text = RemoteTally::tr("%1, %2", "number of files, size").arg(files, byteText(tally.bytes));
    return tally.isComplete ? text : RemoteTally::tr("at least %1").arg(text);
}

RemoteTally::RemoteTally(transfer::RemoteFiles &files, const QStringList &folders, std::chrono::milliseconds patience, QObject *parent)
    : ValueJob<Tally>(parent), m_files(&files), m_left(folders)
{
    m_patience.setSingleShot(true);
    m_patience.setInterval(patience);
    connect(&m_patience, &QTimer::timeout, this, [this] {
        abort();
        m_tally.isComplete = false;
        succeedWith(m_tally);
    });
}

void RemoteTally::run()
{
    m_patience.start();
    countNext();
}

void RemoteTally::abort()
{
    if (m_walk)
        m_walk->cancel();
}

void RemoteTally::countNext()
{
    if (!isRunning())
        return;
    if (m_left.isEmpty() || !m_files) {
        m_tally.isComplete = m_tally.isComplete && m_left.isEmpty();
        succeedWith(m_tally);
        return;
    }
    auto *walk = new sync::RemoteTree(*m_files, m_left.takeFirst(), sync::RemoteTree::Rules::Everything, this);
    walk->stopAfter(mostCounted);
    m_walk = walk;
    connect(walk, &Job::finished, this, [this, walk] {
        const Result<sync::Tree> tree = walk->result();
        m_tally.isComplete = m_tally.isComplete && tree && tree->isComplete;
        for (const sync::TreeEntry &entry : tree ? tree->entries : QList<sync::TreeEntry>()) {
            ++(entry.isFolder ? m_tally.folders : m_tally.files);
            m_tally.bytes += entry.size;
        }
        m_tally.files += tree ? tree->leftOut.size() : 0;
        countNext();
    });
    walk->startAndForget();
}

} // namespace nimbook::models
