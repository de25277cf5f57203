// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QString>

class QWebEngineDownloadRequest;
class QWebEnginePage;
class QWebEngineProfile;

namespace nimbook::ui {

class PageDownload;

/// Saves what a page offers into the download folder, under a name that is free there and cannot leave it.
class NotebookDownloads final : public QObject {
    Q_OBJECT
public:
    NotebookDownloads(QWebEngineProfile &profile, QString folder, QObject *parent);

    /// The last part of whatever the page called it, free of '/', control characters and leading dots; "download" when nothing is left.
    static QString safeName(const QString &suggested);
    /// "a.txt", "a (2).txt", … the first that does not exist in \a folder.
    static QString freeName(const QString &folder, const QString &name);

Q_SIGNALS:
    void started(nimbook::ui::PageDownload *download, QWebEnginePage *page); ///< has a parent, deletes itself after its end
    void finished(const QString &path);
    void failed(const QString &fileName, const QString &why); ///< translated

private:
    void onRequested(QWebEngineDownloadRequest *request);

    QString m_folder;
    int m_running = 0;
};

} // namespace nimbook::ui
