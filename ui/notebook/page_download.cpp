// SPDX-License-Identifier: Apache-2.0
#include "ui/notebook/page_download.h"

#include <QFileInfo>
#include <QWebEngineDownloadRequest>

namespace nimbook::ui {

PageDownload::PageDownload(QWebEngineDownloadRequest *request, QString path, QObject *parent)
    : ValueJob(parent), m_request(request), m_path(std::move(path))
{
}

void PageDownload::run()
{
    if (!m_request) {
        fail({ErrorKind::Network, tr("The page that offered %1 was closed.").arg(QFileInfo(m_path).fileName()), {}, {}, {}});
        return;
    }
    connect(m_request, &QWebEngineDownloadRequest::receivedBytesChanged, this, &PageDownload::showProgress);
    connect(m_request, &QWebEngineDownloadRequest::isFinishedChanged, this, &PageDownload::onEnd);
    // A profile that goes, because its machine does, takes its downloads along.
    connect(m_request, &QObject::destroyed, this, [this] {
        fail({ErrorKind::Network, tr("%1 was not downloaded to its end: the notebook was closed.").arg(QFileInfo(m_path).fileName()),
              tr("Open the notebook again and repeat the download."), {}, {}});
    });
    if (m_request->isFinished())
        onEnd();
    else
        showProgress();
}

void PageDownload::abort()
{
    if (m_request)
        m_request->cancel();
}

void PageDownload::showProgress()
{
    setProgress({m_request->receivedBytes(), m_request->totalBytes(), Progress::Unit::Bytes, {}});
}

void PageDownload::onEnd()
{
    const QString name = QFileInfo(m_path).fileName();
    switch (m_request->state()) {
    case QWebEngineDownloadRequest::DownloadCompleted:
        succeedWith(m_path);
        break;
    case QWebEngineDownloadRequest::DownloadCancelled:
        // The engine also says "cancelled" when it could not write; our own cancel() has ended the job before.
        fail({ErrorKind::FileSystem, tr("%1 could not be saved.").arg(name),
              tr("Check that %1 can be written to, then download it again.").arg(QFileInfo(m_path).path()),
              QStringLiteral("the engine cancelled the download"), {}});
        break;
    default:
        fail({ErrorKind::Network, tr("%1 was not downloaded to its end.").arg(name), tr("Download it again."),
              m_request->interruptReasonString(), {}});
        break;
    }
}

} // namespace nimbook::ui
