// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QWidget>

class QAction;
class QMenu;

namespace nimbook::ui {

/// At the end of the tabs: back, reload, what was downloaded, and everything else a page can do. The actions belong to \a pane, and their
/// shortcuts work while the keyboard is in it.
class PageBar final : public QWidget {
    Q_OBJECT
public:
    explicit PageBar(QWidget *pane);

    QAction *back;
    QAction *reload;
    QAction *newTab;
    QAction *closeTab;
    QAction *nextTab;
    QAction *previousTab;
    QAction *find;
    QAction *zoomIn;
    QAction *zoomOut;
    QAction *zoomReset;
    QAction *fullScreen;
    QAction *printToPdf;
    QAction *clipboard; ///< checkable: pages may read and change it
    QAction *ownColors; ///< checkable: pages do not follow light and dark
    QAction *openInBrowser;
    QAction *runInBackground; ///< enabled while a notebook is in front

    QMenu *pageMenu() const { return m_menu; }
    QMenu *downloadMenu() const { return m_downloads; }

private:
    QAction *make(const QString &text, const QString &icon, const QString &objectName, const QList<QKeySequence> &shortcuts = {});

    QWidget *m_pane;
    QMenu *m_menu;
    QMenu *m_downloads;
};

} // namespace nimbook::ui
