// SPDX-License-Identifier: Apache-2.0
#include "ui/notebook/notebook_downloads.h"

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
    const QString name = safeName(request->suggestedFileName());
    if (!QDir().mkpath(m_folder)) {
        request->cancel();
        Q_EMIT failed(name, tr("The folder %1 cannot be made.").arg(m_folder));
        return;
    }
    request->setDownloadDirectory(m_folder);
    request->setDownloadFileName(freeName(m_folder, name));
    connect(request, &QWebEngineDownloadRequest::isFinishedChanged, this, [this, request, name] {
        const QString path = QDir(request->downloadDirectory()).filePath(request->downloadFileName());
        switch (request->state()) {
        case QWebEngineDownloadRequest::DownloadCompleted:
            Q_EMIT finished(path);
            break;
        case QWebEngineDownloadRequest::DownloadCancelled:
            // WebEngine also says "cancelled" when it could not write.
            Q_EMIT failed(name, tr("It was cancelled, or %1 cannot be written to.").arg(request->downloadDirectory()));
            break;
        default:
            Q_EMIT failed(name, request->interruptReasonString());
            break;
        }
    });
    Q_EMIT started(request);
    request->accept();
}

} // namespace nimbook::ui
