// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "base/secret.h"

#include <QUrl>
#include <QWidget>

#include <functional>

namespace nimbook::ui {

/// The place of the notebook in a machine's page. The browser engine stands behind it, so that everything but ui/notebook is
/// free of WebEngine and the window appears before an engine is started.
class NotebookPane : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;

    /// Shows Jupyter at \a root (http://127.0.0.1:PORT/); the token goes into a request header only. Asking again for the same
    /// address keeps the pages that are open.
    virtual void open(const QUrl &root, const Secret &token) = 0;
    /// Shows another web server of the machine, behind a forwarded port, in a tab called \a name: as fenced in as Jupyter, apart from it and
    /// without its token. Asking again brings the tab to the front.
    virtual void openForward(const QUrl &root, const QString &name) = 0;
    virtual void closeForward(const QUrl &root) = 0; ///< the port leads nowhere any more: its tabs go
    virtual void closeAll() = 0; ///< the machine is gone: pages and the profiles go
    virtual bool isOpen() const = 0; ///< there is a tab
    /// Opens the search of the page. False: there is no page that the keyboard is in, so the search belongs to somebody else.
    virtual bool startFind() { return false; }

Q_SIGNALS:
    /// A file that the page offered is on its way. \a download has its own parent and deletes itself after its end.
    void downloadStarted(nimbook::Job *download, const QString &fileName);
    void downloadFinished(const QString &path);                      ///< a file that the page offered lies in the download folder
    void downloadFailed(const QString &fileName, const QString &why); ///< translated
    void pageFailed(const QString &what);                            ///< translated: the page cannot be shown, with the reason
    void shownElsewhere(const QUrl &page);                           ///< is about to be opened in the system's browser
    void fullScreenWanted(bool full);                                ///< the page, or the person, wants the whole screen or gives it back
    void runInBackgroundWanted(const QString &notebook);              ///< its path below /src
    void softwareRenderingWanted();                                  ///< the graphics card shows nothing: do without it from the next start
};

using NotebookPaneFactory = std::function<NotebookPane *(QWidget *parent)>;

} // namespace nimbook::ui
