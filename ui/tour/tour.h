// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/model/instance.h"
#include "ui/tour/notebook_typist.h"
#include "ui/tour/tour_player.h"
#include "workspace/workspace.h"

namespace nimbook::ui {

class MainWindow;

/// The main job, played on the real window with keys, clicks and drops: from the sign-in page to a deleted machine. What each step
/// brings about is observed at its source — the list, the page's output, the files on disk — not in the player.
///
/// It signs in to the sandbox and works in a project there; with any other account it refuses to begin.
class Tour {
public:
    /// \param scratch a folder of the tour's own: what is uploaded comes from there, what is downloaded goes there.
    Tour(MainWindow &window, workspace::Workspace &workspace, QString scratch);

    QList<TourStep> steps();

private:
    void addListing(QList<TourStep> &steps);
    void addCreation(QList<TourStep> &steps);
    void addNotebook(QList<TourStep> &steps);
    void addFilesAndPackages(QList<TourStep> &steps);
    void addEnding(QList<TourStep> &steps);

    template<typename Widget>
    Widget *find(const char *objectName) const;
    void press(const char *buttonName) const;
    void showTab(int index) const;
    const cloud::Instance *machine() const;
    workspace::MachineSession *session() const;
    QString notebookSays(const QString &marker) const; ///< the word after \a marker in the notebook's output
    void unpackDemo() const;

    MainWindow &m_window;
    workspace::Workspace &m_workspace;
    QString m_scratch;
    cloud::InstanceRef m_ref;
    NotebookTypist m_typist;
    QString m_figureHash; ///< SHA-256 as the cell printed it
};

} // namespace nimbook::ui
