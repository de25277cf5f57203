// SPDX-License-Identifier: Apache-2.0
#include "ui/files/save_back_bar.h"

#include "models/remote_path.h"
#include "ui/common/error_banner.h"

#include <QDesktopServices>
#include <QPushButton>
#include <QUrl>
#include <QVBoxLayout>

#include <chrono>

namespace nimbook::ui {

using models::OpenedFiles;

SaveBackBar::SaveBackBar(OpenedFiles &files, const QString &machineName, QWidget *parent)
    : QWidget(parent), m_files(files), m_machineName(machineName), m_banner(new ErrorBanner(this))
{
    m_banner->setObjectName(QStringLiteral("saveBackBanner"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_banner);
    hide();
    m_passing.setSingleShot(true);
    m_passing.setInterval(std::chrono::seconds(8));
    connect(&m_passing, &QTimer::timeout, this, [this] {
        m_banner->clear();
        hide();
    });
    connect(m_banner, &ErrorBanner::dismissed, this, &QWidget::hide);
    connect(&files, &OpenedFiles::ready, this, [this](const QString &, const QString &localPath) { open(localPath); });
    connect(&files, &OpenedFiles::conflicted, this, &SaveBackBar::ask);
    connect(&files, &OpenedFiles::savedBack, this, [this](const QString &remotePath) {
        if (!m_asking.isEmpty())
            return;
        m_banner->showMessage(ErrorBanner::Kind::Information, tr("%1 was saved on %2.").arg(transfer::displayName(models::remoteName(remotePath)), m_machineName));
        m_banner->setDismissable(true);
        show();
        m_passing.start();
    });
    connect(&files, &OpenedFiles::failed, this, [this](const Error &error) {
        if (!m_asking.isEmpty())
            return;
        m_passing.stop();
        m_banner->showError(error);
        m_banner->setDismissable(true);
        show();
    });
}

void SaveBackBar::open(const QString &localPath)
{
    if (QDesktopServices::openUrl(QUrl::fromLocalFile(localPath)) || !m_asking.isEmpty())
        return;
    m_passing.stop();
    m_banner->showMessage(ErrorBanner::Kind::Warning, tr("No program of this desktop opens %1.").arg(transfer::displayName(models::remoteName(localPath))),
                          tr("Choose one for this kind of file in the desktop's file manager, or download the file."));
    m_banner->setDismissable(true);
    show();
}

void SaveBackBar::ask(const QString &remotePath)
{
    if (!m_asking.isEmpty()) {
        m_waiting.append(remotePath);
        return;
    }
    m_passing.stop();
    m_asking = remotePath;
    m_banner->showMessage(ErrorBanner::Kind::Question,
                          tr("%1 was saved here, but on %2 it has changed since you opened it.").arg(transfer::displayName(models::remoteName(remotePath)), m_machineName),
                          tr("Nothing has been overwritten yet."));
    m_banner->setDismissable(false);
    const auto offer = [this](const QString &text, const char *name, OpenedFiles::Resolution resolution) {
        QPushButton *button = m_banner->addButton(text, QString::fromLatin1(name));
        connect(button, &QPushButton::clicked, this, [this, resolution] {
            // Queued: the button goes with its own banner.
            QMetaObject::invokeMethod(this, [this, resolution] { answer(resolution); }, Qt::QueuedConnection);
        });
    };
    offer(tr("Overwrite"), "saveOverwriteButton", OpenedFiles::Resolution::Overwrite);
    offer(tr("Keep both"), "saveKeepBothButton", OpenedFiles::Resolution::KeepBoth);
    offer(tr("Not now"), "saveNotNowButton", OpenedFiles::Resolution::NotNow);
    show();
}

void SaveBackBar::answer(OpenedFiles::Resolution resolution)
{
    const QString path = std::exchange(m_asking, {});
    m_banner->clear();
    hide();
    m_files.resolve(path, resolution);
    if (!m_waiting.isEmpty())
        ask(m_waiting.takeFirst());
}

} // namespace nimbook::ui
