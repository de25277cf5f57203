// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "integration/workspace/workspace_fixture.h"
#include "support/screenshots.h"
#include "support/scripted_prompts.h"
#include "ui/common/notebook_pane.h"
#include "ui/instances/machine_actions.h"
#include "ui/instances/machines_page.h"
#include "ui/shell/main_window.h"
#include "ui/shell/window_actions.h"
#include "ui/shell/work_page.h"

#include <QAction>
#include <QLabel>
#include <QTemporaryDir>
#include <QTreeView>

namespace nimbook::testing {

/// Stands where the browser would: the shell's tests need to know only that it was asked.
class BlankNotebookPane final : public ui::NotebookPane {
public:
    using NotebookPane::NotebookPane;
    void open(const QUrl &root, const Secret &) override { opened = root; }
    void openForward(const QUrl &root, const QString &name) override { forwards.insert(name, root); }
    void closeForward(const QUrl &root) override { forwards.remove(forwards.key(root)); }
    void closeAll() override { opened.clear(); }
    bool isOpen() const override { return !opened.isEmpty(); }
    QUrl opened;
    QMap<QString, QUrl> forwards;
};

/// The real window on a workspace of its own, before or after sign-in.
struct Window {
    explicit Window(const SandboxFixture &sandbox) : app(sandbox, folder.path())
    {
        prompts.file = sandbox.credentialsFile();
        open(prompts);
    }

    void open(ui::Prompts &with)
    {
        window = std::make_unique<ui::MainWindow>(*app.space, with, [](QWidget *parent) { return new BlankNotebookPane(parent); });
        window->resize(1200, 760);
        window->show();
        QVERIFY(QTest::qWaitForWindowExposed(window.get()));
        window->activateWindow();
    }

    template<typename Widget>
    Widget *find(const char *name) const
    {
        for (Widget *widget : window->findChildren<Widget *>(QLatin1String(name))) {
            if (widget->isVisible())
                return widget;
        }
        return nullptr;
    }

    QTreeView *table() const { return find<QTreeView>("machineView"); }

    QModelIndex row(const QString &name) const
    {
        const QAbstractItemModel *model = window->workPage()->machinesPage()->view()->model();
        const QModelIndexList found = model->match(model->index(0, 0), Qt::DisplayRole, name, 1, Qt::MatchExactly);
        return found.isEmpty() ? QModelIndex() : found.first();
    }
    QString cell(const QString &name, int column) const { return row(name).siblingAtColumn(column).data().toString(); }

    /// The visible texts of one banner.
    QString said(const char *bannerName) const
    {
        const auto *banner = find<QWidget>(bannerName);
        QStringList texts;
        if (banner) {
            for (const QLabel *label : banner->findChildren<QLabel *>()) {
                if (label->isVisible())
                    texts << label->text();
            }
        }
        return texts.join(QLatin1Char('\n'));
    }

    QTemporaryDir folder;
    ScriptedPrompts prompts;
    App app;
    std::unique_ptr<ui::MainWindow> window; // goes before the workspace
};

} // namespace nimbook::testing
