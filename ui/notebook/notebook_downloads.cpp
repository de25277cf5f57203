// SPDX-License-Identifier: Apache-2.0
#include "ui/notebook/notebook_downloads.h"

#include "ui/notebook/page_download.h"

#include <QDir>
#include <QFileInfo>
#include <QWebEngineDownloadRequest>
#include <QWebEngineProfile>

namespace nimbook::ui {

NotebookDownloads::NotebookDownloads(QWebEngineProfile &profile, QString folder, QObject *parent)
    : QObject(parent), m_folder(std::move(folder))
{
    connect(&profile, &QWebEngineProfile::downloadRequested, this, &NotebookDownloads::onRequested);
}

QString NotebookDownloads::safeName(const QString &suggested)
{
    QString name;
    for (const QChar c : suggested.section(QLatin1Char('/'), -1)) {
        if (c.isPrint() && c != QLatin1Char('\\'))
            name.append(c);
    }
    while (name.startsWith(QLatin1Char('.')))
        name.remove(0, 1);
    name = name.trimmed();
    while (name.toUtf8().size() > 200) // a file name holds 255 bytes, and " (2)" must still fit
        name.chop(1);
    return name.isEmpty() ? QStringLiteral("download") : name;
}

QString NotebookDownloads::freeName(const QString &folder, const QString &name)
{
    const QFileInfo info(name);
    const QString suffix = info.completeSuffix().isEmpty() ? QString() : QLatin1Char('.') + info.completeSuffix();
    QString candidate = name;
    for (int i = 2; QFileInfo::exists(QDir(folder).filePath(candidate)); ++i)
        candidate = info.baseName() + QStringLiteral(" (%1)").arg(i) + suffix;
    return candidate;
}

void NotebookDownloads::onRequested(QWebEngineDownloadRequest *request)
{
    // A page may offer files without being asked to: a folder full of them, or a disk, would be its way to harm.
    constexpr int mostAtOnce = 10;
    const QString name = safeName(request->suggestedFileName());
    if (m_running >= mostAtOnce) {
        request->cancel();
        Q_EMIT failed(name, tr("The page offers more than %n files at once.", nullptr, mostAtOnce));
        return;
    }
    if (!QDir().mkpath(m_folder)) {
        request->cancel();
        Q_EMIT failed(name, tr("The folder %1 cannot be made.").arg(m_folder));
        return;
    }
    request->setDownloadDirectory(m_folder);
    request->setDownloadFileName(freeName(m_folder, name));
    const QString path = QDir(m_folder).filePath(request->downloadFileName());
    auto *download = new PageDownload(request, path, this);
    ++m_running;
    connect(download, &Job::finished, this, [this, download, name] {
        --m_running;
        if (download->state() == Job::State::Succeeded)
            Q_EMIT finished(download->path());
        else if (download->state() == Job::State::Failed)
            Q_EMIT failed(name, download->error().message + QLatin1Char(' ') + download->error().nextStep);
    });
    Q_EMIT started(download, request->page());
    request->accept();
    download->startAndForget();
}

} // namespace nimbook::ui
