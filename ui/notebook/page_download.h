// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"

#include <QPointer>

class QWebEngineDownloadRequest;

namespace nimbook::ui {

/// A file on its way out of a page, as a Job: progress in bytes, cancelling stops the engine's download and removes what came.
/// The value is the path of the file. Error kinds: FileSystem (it could not be written), Network (it broke off), Cancelled.
class PageDownload final : public ValueJob<QString> {
    Q_OBJECT
public:
    PageDownload(QWebEngineDownloadRequest *request, QString path, QObject *parent);

    QString path() const { return m_path; } ///< where it will be

protected:
    void run() override;
    void abort() override;

private:
    void showProgress();
    void onEnd();

    QPointer<QWebEngineDownloadRequest> m_request; // the profile's
    QString m_path;
};

} // namespace nimbook::ui
