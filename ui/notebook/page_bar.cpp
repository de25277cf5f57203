// SPDX-License-Identifier: Apache-2.0
#include "ui/notebook/page_bar.h"

#include "ui/common/look.h"
#include "ui/common/symbolic_icon.h"

#include <QAction>
#include <QHBoxLayout>
#include <QKeySequence>
#include <QMenu>
#include <QToolButton>

namespace nimbook::ui {

static QToolButton *pageBarButton(QAction *action, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setDefaultAction(action);
    button->setAutoRaise(true);
    button->setObjectName(QString(action->objectName()).replace(QStringLiteral("Action"), QStringLiteral("Button")));
    return button;
}

static QToolButton *pageBarMenuButton(const QString &icon, const QString &words, const QString &name, QMenu *menu, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setIcon(symbolicIcon(icon));
    button->setToolTip(words);
    button->setAccessibleName(words);
    button->setObjectName(name);
    button->setAutoRaise(true);
    button->setPopupMode(QToolButton::InstantPopup);
    button->setMenu(menu);
    button->setStyleSheet(QStringLiteral("QToolButton::menu-indicator { image: none; }"));
    return button;
}

PageBar::PageBar(QWidget *pane) : QWidget(pane), m_pane(pane), m_menu(new QMenu(this)), m_downloads(new QMenu(this))
{
    back = make(tr("&Back"), QStringLiteral("arrow-left"), QStringLiteral("pageBackAction"), {QKeySequence(Qt::ALT | Qt::Key_Left)});
    reload = make(tr("&Load again"), QStringLiteral("refresh"), QStringLiteral("pageReloadAction"), {QKeySequence(Qt::Key_F5)});
    newTab = make(tr("&New tab with the files"), QStringLiteral("plus"), QStringLiteral("pageNewTabAction"), {QKeySequence(Qt::CTRL | Qt::Key_T)});
    // Not Ctrl+W: in a terminal on the page that is "delete the word".
    closeTab = make(tr("&Close tab"), QStringLiteral("close"), QStringLiteral("pageCloseTabAction"), {QKeySequence(Qt::CTRL | Qt::Key_F4)});
    nextTab = make(tr("Ne&xt tab"), {}, QStringLiteral("pageNextTabAction"), {QKeySequence(Qt::CTRL | Qt::Key_PageDown)});
    previousTab = make(tr("Pre&vious tab"), {}, QStringLiteral("pagePreviousTabAction"), {QKeySequence(Qt::CTRL | Qt::Key_PageUp)});
    // Without a shortcut here: Ctrl+F is the window's, which asks the page first.
    find = make(tr("&Find in this page…"), QStringLiteral("search"), QStringLiteral("pageFindAction"));
    zoomIn = make(tr("Zoom &in"), {}, QStringLiteral("pageZoomInAction"), {QKeySequence(Qt::CTRL | Qt::Key_Plus), QKeySequence(Qt::CTRL | Qt::Key_Equal)});
    zoomOut = make(tr("Zoom &out"), {}, QStringLiteral("pageZoomOutAction"), {QKeySequence(Qt::CTRL | Qt::Key_Minus)});
    zoomReset = make(tr("Normal &size"), {}, QStringLiteral("pageZoomResetAction"), {QKeySequence(Qt::CTRL | Qt::Key_0)});
    fullScreen = make(tr("F&ull screen"), {}, QStringLiteral("pageFullScreenAction"), {QKeySequence(Qt::Key_F11)});
    fullScreen->setCheckable(true);
    printToPdf = make(tr("Save as &PDF"), QStringLiteral("file"), QStringLiteral("pagePrintAction"));
    clipboard = make(tr("Pages may use the clip&board"), {}, QStringLiteral("pageClipboardAction"));
    clipboard->setCheckable(true);
    ownColors = make(tr("Keep the page's own &colours"), {}, QStringLiteral("pageOwnColorsAction"));
    ownColors->setCheckable(true);
    openInBrowser = make(tr("Open in the bro&wser"), QStringLiteral("globe"), QStringLiteral("pageOpenInBrowserAction"));
    runInBackground = make(tr("&Run all in the background"), QStringLiteral("play"), QStringLiteral("pageRunInBackgroundAction"));

    m_menu->setObjectName(QStringLiteral("pageMenu"));
    m_menu->addActions({newTab, closeTab, nextTab, previousTab});
    m_menu->addSeparator();
    m_menu->addActions({find, zoomIn, zoomOut, zoomReset, fullScreen});
    m_menu->addSeparator();
    m_menu->addActions({runInBackground, printToPdf, openInBrowser});
    m_menu->addSeparator();
    m_menu->addActions({ownColors, clipboard});
    m_downloads->setObjectName(QStringLiteral("pageDownloadMenu"));
    m_downloads->setToolTipsVisible(true);

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, grid / 2, 0);
    row->setSpacing(0);
    row->addWidget(pageBarButton(back, this));
    row->addWidget(pageBarButton(reload, this));
    row->addWidget(pageBarButton(newTab, this));
    row->addWidget(pageBarMenuButton(QStringLiteral("download"), tr("Downloads"), QStringLiteral("pageDownloadsButton"), m_downloads, this));
    row->addWidget(pageBarMenuButton(QStringLiteral("menu"), tr("Page"), QStringLiteral("pageMenuButton"), m_menu, this));
}

QAction *PageBar::make(const QString &text, const QString &icon, const QString &objectName, const QList<QKeySequence> &shortcuts)
{
    auto *action = new QAction(text, m_pane);
    if (!icon.isEmpty())
        action->setIcon(symbolicIcon(icon));
    action->setObjectName(objectName);
    action->setShortcuts(shortcuts);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    m_pane->addAction(action);
    return action;
}

} // namespace nimbook::ui
