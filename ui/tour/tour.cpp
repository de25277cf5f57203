// SPDX-License-Identifier: Apache-2.0
#include "ui/tour/tour.h"

#include "ui/files/files_pane.h"
#include "ui/instances/machine_actions.h"
#include "ui/instances/machine_page.h"
#include "ui/shell/main_window.h"
#include "ui/shell/work_page.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAction>
#include <QCryptographicHash>
#include <QDir>
#include <QDirIterator>
#include <QDropEvent>
#include <QFile>
#include <QLineEdit>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTabWidget>

#include <memory>

using namespace std::chrono_literals;

namespace nimbook::ui {

namespace {

constexpr auto machineName = "tour-1";
constexpr auto wheelPath = "/src/first-project/wheels/nimbook_demo-1.0-py3-none-any.whl";

// No blocks: the editor of the page indents what follows a colon by itself.
constexpr auto figureCell =
    "import numpy as np, matplotlib.pyplot as plt, hashlib\n"
    "x = np.linspace(0, 10, 500)\n"
    "plt.plot(x, np.sin(x) * np.exp(-x / 6))\n"
    "plt.savefig('/src/outputs/figure.png')\n"
    "print('figure-sha256', hashlib.sha256(open('/src/outputs/figure.png', 'rb').read()).hexdigest())";
// Counts, ends every SSH connection of its machine from the inside, and goes on counting. Kernels do not hang on connections.
constexpr auto cutCell =
    "import os, time\n"
    "beat = lambda n: time.sleep(0.25) or print('beat', n, flush=True)\n"
    "any(map(beat, range(0, 8)))\n"
    "os.system('kill -9 $(grep -ls sshd /proc/[0-9]*/comm | cut -d / -f 3)')\n"
    "any(map(beat, range(8, 24)))\n"
    "print('counted', 24)";
constexpr auto packageCell =
    "import nimbook_demo\n"
    "print('slope', nimbook_demo.fit_line('/src/first-project/data/points.csv')[0])";

QByteArray hashOfFile(const QString &path)
{
    QFile file(path);
    QCryptographicHash hash(QCryptographicHash::Sha256);
    return file.open(QIODevice::ReadOnly) && hash.addData(&file) ? hash.result().toHex() : QByteArray();
}

/// What a file manager sends when something is let go over a view.
void dropFiles(QAbstractItemView *view, const QStringList &paths)
{
    auto *data = new QMimeData;
    QList<QUrl> urls;
    for (const QString &path : paths)
        urls.append(QUrl::fromLocalFile(path));
    data->setUrls(urls);
    QWidget *target = view->viewport();
    const QPoint where(target->width() / 2, target->height() - 20);
    QDragEnterEvent enter(where, Qt::CopyAction, data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(target, &enter);
    QDragMoveEvent move(where, Qt::CopyAction, data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(target, &move);
    QDropEvent drop(where, Qt::CopyAction, data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(target, &drop);
    delete data;
}

bool allTransfersEnded(const transfer::TransferQueue *queue, int count)
{
    if (!queue || queue->transfers().size() < count)
        return false;
    const auto transfers = queue->transfers();
    return std::all_of(transfers.begin(), transfers.end(),
                       [](const transfer::Transfer &transfer) { return transfer.state == transfer::Transfer::State::Done; });
}

} // namespace

Tour::Tour(MainWindow &window, workspace::Workspace &workspace, QString scratch)
    : m_window(window), m_workspace(workspace), m_scratch(std::move(scratch)), m_typist(window)
{
}

QList<TourStep> Tour::steps()
{
    QList<TourStep> steps;
    addListing(steps);
    addCreation(steps);
    addNotebook(steps);
    addFilesAndPackages(steps);
    addEnding(steps);
    return steps;
}

template<typename Widget>
Widget *Tour::find(const char *objectName) const
{
    for (Widget *widget : m_window.findChildren<Widget *>(QLatin1String(objectName))) {
        if constexpr (std::is_base_of_v<QWidget, Widget>) {
            if (!widget->isVisible())
                continue;
        }
        return widget;
    }
    return nullptr;
}

void Tour::press(const char *buttonName) const
{
    if (auto *button = find<QAbstractButton>(buttonName))
        button->click();
}

void Tour::showTab(int index) const
{
    if (auto *tabs = find<QTabWidget>("machineTabs"))
        tabs->setCurrentIndex(index);
}

const cloud::Instance *Tour::machine() const
{
    return m_workspace.machines() ? m_workspace.machines()->find(m_ref) : nullptr;
}

workspace::MachineSession *Tour::session() const
{
    return m_workspace.existingSession(m_ref);
}

QString Tour::notebookSays(const QString &marker) const
{
    const QRegularExpression word(QRegularExpression::escape(marker) + QStringLiteral("\\s+(\\S+)"));
    return word.match(const_cast<NotebookTypist &>(m_typist).output()).captured(1);
}

void Tour::unpackDemo() const
{
    const QString root = m_scratch + QStringLiteral("/first-project");
    QDirIterator files(QStringLiteral(":/demo/first-project"), QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString from = files.next();
        const QString to = root + from.mid(int(qstrlen(":/demo/first-project")));
        QDir().mkpath(QFileInfo(to).path());
        QFile::copy(from, to);
        QFile::setPermissions(to, QFile::ReadOwner | QFile::WriteOwner);
    }
}

void Tour::addListing(QList<TourStep> &steps)
{
    steps.append({QStringLiteral("welcome"), QStringLiteral("First start: two doors"), {},
                  [this] { return find<QAbstractButton>("sandboxButton") != nullptr; }, 20s, {}});
    steps.append({QStringLiteral("machines"), QStringLiteral("Sign in to the sandbox; its projects and machines are listed"),
                  [this] { press("sandboxButton"); },
                  [this] {
                      const auto *view = find<QAbstractItemView>("machineView");
                      return m_workspace.projects().size() >= 2 && view && view->model()->rowCount() >= 5
                          && view->model()->rowCount() == m_workspace.machines()->machines().size();
                  },
                  60s, {}});
}

void Tour::addCreation(QList<TourStep> &steps)
{
    steps.append({QStringLiteral("new-machine"), QStringLiteral("New machine: a form whose defaults are good enough"),
                  [this] { press("newMachineButton"); },
                  [this, typed = false]() mutable {
                      auto *name = find<QLineEdit>("nameEdit");
                      const auto *create = find<QAbstractButton>("createButton");
                      if (!name || !create || !create->isEnabled())
                          return false;
                      if (!typed) {
                          name->selectAll();
                          typeText(name, QLatin1String(machineName));
                          typed = true;
                      }
                      return name->text() == QLatin1String(machineName);
                  },
                  30s, {}});
    steps.append({QStringLiteral("created"), QStringLiteral("Create: the operation runs, the machine is in the list and RUNNING"),
                  [this] { press("createButton"); },
                  [this] {
                      if (!m_workspace.machines())
                          return false;
                      for (const cloud::Instance &one : m_workspace.machines()->machines()) {
                          if (one.ref.name == QLatin1String(machineName) && one.state() == cloud::MachineState::Running)
                              m_ref = one.ref;
                      }
                      return machine() && find<QWidget>("machinePage");
                  },
                  60s, {}});
}

void Tour::addNotebook(QList<TourStep> &steps)
{
    steps.append({QStringLiteral("opening"), QStringLiteral("Open notebook: everything that is missing, as steps that tick"),
                  [this] {
                      showTab(MachinePage::Notebook);
                      press("openNotebookButton");
                  },
                  [this] {
                      const Flow *flow = session() ? session()->lastFlow() : nullptr;
                      return flow && flow->currentStep() >= 2;
                  },
                  60s, {}});
    steps.append({QStringLiteral("jupyter"), QStringLiteral("Jupyter runs in its container; its page is in the window"), {},
                  [this] { return session() && session()->isNotebookOpen() && m_typist.isTreeShown(); }, 120s,
                  [this] {
                      const Flow *flow = session() ? session()->lastFlow() : nullptr;
                      return flow ? flow->error().message + QLatin1Char(' ') + flow->error().detail : QString();
                  }});
    steps.append({QStringLiteral("new-notebook"), QStringLiteral("A new Python notebook, its kernel connected"),
                  [this] { m_typist.newPythonNotebook(); }, [this] { return m_typist.isKernelReady(); }, 60s, {}});
    steps.append({QStringLiteral("cell"), QStringLiteral("A cell is typed and run: a figure, written to /src/outputs"),
                  [this] { m_typist.typeAndRun(QLatin1String(figureCell)); },
                  [this] {
                      m_figureHash = notebookSays(QStringLiteral("figure-sha256"));
                      return m_figureHash.size() == 64;
                  },
                  60s, [this] { return m_typist.output(); }});
    const auto wasCut = std::make_shared<bool>(false);
    steps.append({QStringLiteral("cut-healed"), QStringLiteral("Every SSH connection is cut while a cell counts: the page stays, the count is whole"),
                  [this, wasCut] {
                      QObject::connect(session(), &workspace::MachineSession::tunnelStateChanged, session(), [wasCut](ssh::Tunnel::State state) {
                          if (state == ssh::Tunnel::State::Reconnecting)
                              *wasCut = true;
                      });
                      m_typist.markPage();
                      m_typist.typeAndRun(QLatin1String(cutCell));
                  },
                  [this, wasCut] {
                      const QString output = m_typist.output();
                      for (int beat = 0; beat < 24; ++beat) {
                          if (!output.contains(QStringLiteral("beat %1\n").arg(beat)))
                              return false;
                      }
                      return *wasCut && notebookSays(QStringLiteral("counted")) == QLatin1String("24") && m_typist.isMarkedPage()
                          && session()->tunnel()->state() == ssh::Tunnel::State::Live && session()->isConnected();
                  },
                  90s, [this, wasCut] { return (*wasCut ? QStringLiteral("cut; ") : QStringLiteral("not cut; ")) + m_typist.output(); }});
}

void Tour::addFilesAndPackages(QList<TourStep> &steps)
{
    steps.append({QStringLiteral("upload"), QStringLiteral("A folder is dropped on /src and uploaded"),
                  [this] {
                      unpackDemo();
                      showTab(MachinePage::Files);
                      for (auto *pane : m_window.findChildren<FilesPane *>())
                          pane->setLocalFolder(m_scratch);
                      if (auto *view = find<QAbstractItemView>("remoteView"))
                          dropFiles(view, {m_scratch + QStringLiteral("/first-project")});
                  },
                  [this] {
                      const auto *view = find<QAbstractItemView>("remoteView");
                      if (!session() || !view || !allTransfersEnded(session()->transfers(), 1))
                          return false;
                      return !view->model()->match(view->model()->index(0, 0), Qt::DisplayRole, QStringLiteral("first-project")).isEmpty();
                  },
                  60s, {}});
    steps.append({QStringLiteral("pip-install"), QStringLiteral("requirements.txt is edited and pip installs in the container"),
                  [this] { showTab(MachinePage::Packages); },
                  [this, pressed = false]() mutable {
                      auto *edit = find<QPlainTextEdit>("requirementsEdit");
                      const auto *install = find<QAbstractButton>("installButton");
                      if (!pressed && edit && !edit->isReadOnly() && install) {
                          edit->setPlainText(QLatin1String(wheelPath) + QLatin1Char('\n'));
                          if (install->isEnabled()) {
                              press("installButton");
                              pressed = true;
                          }
                          return false;
                      }
                      const auto *log = find<QPlainTextEdit>("packagesLogEdit");
                      return pressed && log && log->toPlainText().contains(QLatin1String("Successfully installed nimbook-demo-1.0"));
                  },
                  90s, [this] {
                      const auto *log = find<QPlainTextEdit>("packagesLogEdit");
                      return log ? log->toPlainText().right(600) : QString();
                  }});
    steps.append({QStringLiteral("package-used"), QStringLiteral("The next cell uses the package and the uploaded data"),
                  [this] {
                      showTab(MachinePage::Notebook);
                      m_typist.typeAndRun(QLatin1String(packageCell));
                  },
                  [this] { return notebookSays(QStringLiteral("slope")).startsWith(QLatin1String("2.50096")); }, 60s,
                  [this] { return m_typist.output(); }});
    steps.append({QStringLiteral("download"), QStringLiteral("The outputs are downloaded: the figure, byte for byte"),
                  [this] {
                      showTab(MachinePage::Files);
                      QDir().mkpath(m_scratch + QStringLiteral("/downloads"));
                      for (auto *pane : m_window.findChildren<FilesPane *>()) {
                          pane->setLocalFolder(m_scratch + QStringLiteral("/downloads"));
                          pane->setRemoteFolder(QStringLiteral("/src/outputs"));
                      }
                  },
                  [this, asked = false]() mutable {
                      auto *view = find<QAbstractItemView>("remoteView");
                      auto *download = find<QAction>("downloadAction");
                      if (!asked && view && download) {
                          const auto found = view->model()->match(view->model()->index(0, 0), Qt::DisplayRole, QStringLiteral("figure.png"));
                          if (found.isEmpty())
                              return false;
                          view->selectAll();
                          if (download->isEnabled()) {
                              download->trigger();
                              asked = true;
                          }
                          return false;
                      }
                      return asked && allTransfersEnded(session()->transfers(), 2)
                          && hashOfFile(m_scratch + QStringLiteral("/downloads/figure.png")) == m_figureHash.toLatin1();
                  },
                  60s, {}});
}

void Tour::addEnding(QList<TourStep> &steps)
{
    steps.append({QStringLiteral("stopped"), QStringLiteral("Stop: the machine is TERMINATED and costs its disk alone"),
                  [this] { m_window.machineActions()->stop()->trigger(); },
                  [this] { return machine() && machine()->status == cloud::InstanceStatus::Terminated && !session()->isNotebookOpen(); },
                  60s, {}});
    steps.append({QStringLiteral("started"), QStringLiteral("Start: RUNNING again"),
                  [this] { m_window.machineActions()->start()->trigger(); },
                  [this] { return machine() && machine()->status == cloud::InstanceStatus::Running; }, 60s, {}});
    steps.append({QStringLiteral("reopened"), QStringLiteral("Open notebook again: the container, its files and packages are still there"),
                  [this] {
                      m_typist.forget();
                      showTab(MachinePage::Notebook);
                      press("openNotebookButton");
                  },
                  [this] { return session() && session()->isNotebookOpen() && m_typist.isTreeShown(); }, 120s, {}});
    steps.append({QStringLiteral("delete-question"), QStringLiteral("Delete asks first, naming what is lost"),
                  [this] { m_window.machineActions()->remove()->trigger(); },
                  [this] { return find<QAbstractButton>("confirmButton") != nullptr; }, 20s, {}});
    steps.append({QStringLiteral("deleted"), QStringLiteral("Deleted: the machine is gone from the list, nothing goes on costing"),
                  [this] { press("confirmButton"); }, [this] { return m_workspace.machines()->isLoaded() && !machine(); }, 60s, {}});
}

} // namespace nimbook::ui
